/**
 * Serves the recordings as if they were the legacy, so that Banyan runs without one. An answer says in
 * `x-banyan-stand-in` whether it is `recorded`, follows from a `rule` of the legacy, is the `nearest` recorded
 * success, or that `none` is known. Limits are not enforced: a tool for development must not lock its user out.
 */
import type { Recordings } from "#contracts/recordings/load-recordings.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { listen, type ListenAddress } from "#platform/listen.ts";
import { silentLogger, type Logger } from "#platform/logger.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";
import type { Random } from "#stand-in/fresh-values.ts";
import { createHttpServer } from "#stand-in/http-server.ts";
import { createAnswerer } from "#stand-in/rest/answer-request.ts";
import { createSockets } from "#stand-in/sockets/create-sockets.ts";
import { notifyTimer } from "#stand-in/timer-effect.ts";

/** The key under which a token counts as signed by the legacy. Not a secret: whoever runs the stand-in knows it. */
export const DEFAULT_TOKEN_SECRET = "dev-secret-for-the-stand-in-only-0123456789";

export interface StandInOptions {
  readonly recordings: Recordings;
  readonly tokenSecret?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly scheduler?: Scheduler;
  readonly logger?: Logger;
}

export interface StandIn extends Closeable {
  /** Throws `ADDRESS_IN_USE`. Port 0 takes a free one. */
  listen(address: ListenAddress): Promise<{ readonly url: URL }>;
}

/** Throws a `TypeError` where the recordings lack one that stands for a whole kind of answer. */
export function createStandIn({
  recordings,
  tokenSecret = DEFAULT_TOKEN_SECRET,
  clock = systemClock,
  random = Math.random,
  scheduler = systemScheduler,
  logger = silentLogger,
}: StandInOptions): StandIn {
  const shared = { recordings, tokenSecret, clock, random, scheduler, logger };
  const sockets = createSockets(shared);
  const answerer = createAnswerer({
    ...shared,
    applyEffect: ({ path }, request, body) =>
      path === "/api/v1/pam/internal/notify-timer"
        ? notifyTimer(request.body.toString("utf8"), body, sockets.notify)
        : body,
  });
  const malformed = recordings.http.find(({ id }) => id === "route/weird");
  if (malformed === undefined) throw new TypeError("Cannot stand in: no recording route/weird");
  const server = createHttpServer({ ...shared, answerer, malformed, upgrade: sockets.upgrade });
  return {
    listen: async (address) => ({ url: await listen(server, address) }),
    async close() {
      sockets.close();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
