import { toMessage } from "#platform/errors.ts";
import type { BodyBuffers } from "#routing/upstream/body-buffers.ts";
import { ConnectionPool } from "#routing/upstream/connection-pool.ts";
import { DirectAttempt } from "#routing/upstream/direct-attempt.ts";
import type { HttpEngine, HttpEngineOptions } from "#routing/upstream/http-engine.ts";

/**
 * The engine on an HTTP/1.1 client of our own, which writes a request's head as bytes and reads the answer's into
 * pairs, with nothing between them and the sockets. What is not an ordinary request goes to `other`: bodies whose
 * end is not known when they begin, and those that wait for leave to be sent.
 */
export function createDirectEngine(
  { origin, logger, lookup, buffers }: HttpEngineOptions & { readonly buffers: BodyBuffers },
  other: HttpEngine,
): HttpEngine {
  const pool = new ConnectionPool({ origin, lookup, buffers });
  const defaultHost = origin.host;
  return {
    send(leg) {
      const { headers } = leg.request;
      if (headers["transfer-encoding"] !== undefined || headers.expect !== undefined) {
        other.send(leg);
        return;
      }
      const attempt = new DirectAttempt({
        leg,
        pool,
        defaultHost,
        report(code, error) {
          const cause = error === undefined ? undefined : toMessage(error);
          logger.warn({ code, cause, upstream: origin.host }, "A request to the upstream failed");
        },
      });
      attempt.start();
    },
    async close() {
      await Promise.all([pool.close(), other.close()]);
    },
  };
}
