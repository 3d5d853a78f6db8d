import type { LookupFunction } from "node:net";
import { urlToHttpOptions } from "node:url";

import { createProxyMiddleware } from "http-proxy-middleware";

import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { ClientLeg } from "#routing/upstream/client-leg.ts";
import { createAgent } from "#routing/upstream/http-agent.ts";
import { Attempt } from "#routing/upstream/http-attempt.ts";

export interface HttpEngineOptions {
  /** Scheme, host and port of the upstream. */
  readonly origin: URL;
  readonly logger: Logger;
  readonly lookup?: LookupFunction | undefined;
}

/** Passes requests upstream, and what comes of them to the client's leg. */
export interface HttpEngine extends Closeable {
  send(leg: ClientLeg): void;
}

/**
 * The engine on http-proxy-middleware, which gives the course of an exchange: request, pipe, cancel, drain.
 * Its defaults alter bytes (they rebuild target and headers, answer errors themselves), so they are out:
 * the default plugins are ejected and both heads written by us.
 */
export function createHttpEngine({ origin, logger, lookup }: HttpEngineOptions): HttpEngine {
  const { protocol = "http:", hostname = "localhost", port = "" } = urlToHttpOptions(origin);
  const agent = createAgent({ origin, keepAlive: true, lookup });
  const freshAgent = createAgent({ origin, keepAlive: false, lookup });

  const pass = createProxyMiddleware<Attempt>({
    selfHandleResponse: true,
    ejectPlugins: true,
    // With the target's path in place of the request's: what a client sends is not for joining or parsing.
    ignorePath: true,
    router: ({ leg, isRetry }, _response, options) => {
      options.agent = isRetry ? freshAgent : agent;
      options.buffer = leg.request;
      return {
        protocol: protocol ?? "http:",
        hostname: hostname ?? "localhost",
        port: port ?? "",
        pathname: leg.plan.target,
      };
    },
    plugins: [
      (proxy) => {
        proxy.on("proxyReq", (outgoing, attempt) => attempt.send(outgoing));
        proxy.on("proxyRes", (answer, attempt) => attempt.relay(answer));
        proxy.on("error", (error, attempt) => attempt?.lose(error));
      },
    ],
  });

  function start(leg: ClientLeg, isRetry: boolean): void {
    const attempt = new Attempt({
      leg,
      isRetry,
      defaultHost: origin.host,
      retry: () => start(leg, true),
      report: (code, error) => {
        const cause = error === undefined ? undefined : toMessage(error);
        logger.warn({ code, cause, upstream: origin.host }, "A request to the upstream failed");
      },
    });
    // Called back only where the middleware will not go on.
    const giveUp = (error: unknown): void => attempt.lose(error);
    pass(attempt, leg.response, giveUp).catch(giveUp);
  }

  return {
    send: (leg) => start(leg, false),
    close: async () => {
      agent.destroy();
      freshAgent.destroy();
    },
  };
}
