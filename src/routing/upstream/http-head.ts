import type { ClientRequest } from "node:http";

import { toNodeHeaders } from "#routing/upstream/node-headers.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

/** Node's own way to render a head from pairs; its public ways lead there only from a constructor. */
const RENDER = "_storeHeader";

const canRender = (
  request: object,
): request is Record<typeof RENDER, (startLine: string, headers: RawHeaders) => void> =>
  RENDER in request && typeof request[RENDER] === "function";

/** The values of `Connection` that this leg needs; without one it persists, as HTTP/1.1 does. */
function toConnection(isChunked: boolean, hasTe: boolean): readonly string[] {
  // RFC 9110 §10.1.4: `TE` itself is for this hop and says so.
  const options = [...(hasTe ? ["TE"] : []), ...(isChunked ? ["close"] : [])];
  return options.length === 0 ? [] : ["Connection", options.join(", ")];
}

/**
 * Gives a request exactly these headers, before anything of it was sent. `setHeader` would gather those of
 * one name and keep one spelling, so Node renders the pairs as it does those that a caller hands to
 * `http.request`; a Node without that way is refused rather than altered bytes. Throws on characters that
 * would change the head's shape.
 *
 * A request with a chunked body is the last on its connection: if any reader disagrees on where it ends,
 * there is no next request for the difference to fall into (CVE-2026-29057, as in httpxy 0.5.5).
 */
export function writeRequestHead(
  request: ClientRequest,
  headers: RawHeaders,
  defaultHost: string,
): void {
  if (!canRender(request)) throw new TypeError("Cannot send raw headers with this Node");
  const names = new Set<string>();
  for (let index = 0; index < headers.length; index += 2) {
    names.add((headers[index] ?? "").toLowerCase());
  }
  const isChunked = names.has("transfer-encoding");
  const connection = toConnection(isChunked, names.has("te"));
  // A client of HTTP/1.0 need not send it; this leg speaks HTTP/1.1.
  const host = names.has("host") ? [] : ["Host", defaultHost];
  // Without this Node adds what it finds missing.
  for (const name of ["connection", "content-length", "transfer-encoding"]) {
    request.removeHeader(name);
  }
  const startLine = `${request.method} ${request.path} HTTP/1.1\r\n`;
  request[RENDER](startLine, toNodeHeaders([...headers, ...host, ...connection]));
  if (isChunked) request.shouldKeepAlive = false;
}
