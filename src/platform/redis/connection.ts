import { Redis as Client } from "ioredis";

import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { CLIENT_OPTIONS } from "#platform/redis/client-options.ts";
import { RedisUnavailable, type RedisHealth } from "#platform/redis/redis.ts";

/** Longer than a command may take: a socket that is silent for so long is given up and opened anew. */
const SOCKET_SILENCE_MS = 500;

export interface Connection extends Closeable {
  readonly client: Client;
  health(): RedisHealth;
  /** Resolves as it can be used; rejects as soon as it is known that it cannot. */
  connected(): Promise<void>;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Called each time the connection can be used. */
  readonly onReady: () => void;
}

/** One connection, opened when first asked for, and what is known of it. */
export function createConnection({ url, logger, onReady }: ConnectionOptions): Connection {
  const client = new Client(url, { ...CLIENT_OPTIONS, socketTimeout: SOCKET_SILENCE_MS });
  let isClosing = false;
  let health: RedisHealth = { state: "idle", problem: undefined };
  let opening = Promise.withResolvers<void>();
  let lastError = "the connection is closed";

  function leave(problem: string): void {
    if (health.state !== "away" && !isClosing) logger.warn({ problem }, "Redis is away");
    health = { state: "away", problem };
    opening.promise.catch(() => {});
    opening.reject(new RedisUnavailable(`Redis is away: ${problem}`));
    opening = Promise.withResolvers();
  }

  client.on("error", (error: unknown) => {
    lastError = toMessage(error);
  });
  client.on("close", () => {
    leave(lastError);
  });
  client.on("ready", () => {
    if (health.state === "away") logger.info({}, "Redis is back");
    health = { state: "ready", problem: undefined };
    opening.resolve();
    onReady();
  });

  return {
    client,
    health: () => health,
    async connected() {
      if (health.state === "ready") return;
      if (health.state === "away") {
        throw new RedisUnavailable(`Redis is away: ${health.problem ?? ""}`);
      }
      const { promise } = opening;
      if (health.state === "idle") {
        health = { state: "connecting", problem: undefined };
        // What goes wrong is told by the events above.
        client.connect().catch(() => {});
      }
      await promise;
    },
    async close() {
      isClosing = true;
      lastError = "it was closed";
      client.disconnect();
    },
  };
}
