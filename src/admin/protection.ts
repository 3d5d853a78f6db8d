import { hash } from "node:crypto";
import { isIP } from "node:net";

import type { NextFunction, Request, RequestHandler, Response } from "express";
import helmet from "helmet";

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>(.*?)<\/script>/gsu;

/** What a browser compares an inline script with, to the byte (CSP Level 3 §2.3.1). */
const toHashes = (page: string): string[] =>
  [...page.matchAll(INLINE_SCRIPT)].map(
    ([, script = ""]) => `'sha256-${hash("sha256", script, "base64")}'`,
  );

/**
 * The dashboard runs nothing but its own files and what stands in its page, and no other page may frame it, read its
 * answers or see its address. There is no CORS here: nothing on another origin has business with the admin side.
 */
export function createSecurityHeaders(page: string): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...toHashes(page)],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // The admin listener speaks plain HTTP, where browsers ignore it.
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
  });
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/u;

/** Whether a `Host` value is one that no stranger's DNS can point here. */
function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/u, "").replace(/^\[(.*)\]$/u, "$1");
  return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost");
}

/**
 * Stops DNS rebinding: a page of a stranger's name that now resolves to 127.0.0.1 is of one origin with
 * what answers there, so on a loopback address only names that cannot be rebound are answered. An
 * address that others can reach anyway is left to the network's own rules.
 */
export function refuseReboundNames(request: Request, response: Response, next: NextFunction): void {
  const { host } = request.headers;
  const isLoopback = LOOPBACK.test(request.socket.localAddress ?? "");
  if (!isLoopback || host === undefined || isLocalName(host)) next();
  // RFC 9110 §15.5.20: not a name that this server answers for.
  else response.status(421).json({ detail: "The admin listener does not answer for this host" });
}
