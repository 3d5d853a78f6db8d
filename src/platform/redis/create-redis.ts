import { hash } from "node:crypto";

import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { createConnection } from "#platform/redis/connection.ts";
import {
  RedisUnavailable,
  type Redis,
  type RedisArgument,
  type RedisHealth,
} from "#platform/redis/redis.ts";

/** No call takes longer, connecting included. */
const CALL_TIMEOUT_MS = 250;
/** How long nobody asks after a call that took too long: each would wait in its turn. */
const PAUSE_MS = 1_000;

export interface RedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "counter" | "reading">;
}

async function withTimeout<T>(task: Promise<T>, onTimeout: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(onTimeout());
  }, CALL_TIMEOUT_MS);
  try {
    return await Promise.race([task, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("NOSCRIPT");

const isReply = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";

/** A Redis by URL, connected when first used. It never throws when the server is away: calls reject. */
export function createRedis({ url, clock, logger, metrics }: RedisOptions): Redis {
  const listeners = new Set<() => void>();
  const connection = createConnection({ url, logger, onReady: tellReady });
  const { client } = connection;
  let pausedUntilMs = -Infinity;
  let pause: NodeJS.Timeout | undefined;

  const isPaused = (): boolean => clock.monotonicMs() < pausedUntilMs;
  const health = (): RedisHealth =>
    isPaused()
      ? { state: "away", problem: `no answer within ${CALL_TIMEOUT_MS} ms` }
      : connection.health();

  metrics.reading(
    {
      name: "banyan_redis_up",
      help: "1 while Redis can be used; no value before anybody wanted to",
      labels: [],
      merge: "min",
    },
    () => {
      const { state } = health();
      return state === "idle" ? [] : [{ labels: {}, value: state === "ready" ? 1 : 0 }];
    },
  );
  const failuresOf = metrics.counter({
    name: "banyan_redis_failures_total",
    help: "Calls that Redis did not carry out, or not in time",
    labels: ["kind"],
  });
  const failures = {
    refused: failuresOf({ kind: "refused" }),
    timeout: failuresOf({ kind: "timeout" }),
    lost: failuresOf({ kind: "lost" }),
    error: failuresOf({ kind: "error" }),
  };

  function tellReady(): void {
    if (health().state !== "ready") return;
    for (const listener of listeners) listener();
  }

  function giveUp(name: string): RedisUnavailable {
    failures.timeout.add();
    pausedUntilMs = clock.monotonicMs() + PAUSE_MS;
    // The connection may have stayed: then nothing else tells that it can be used again.
    clearTimeout(pause);
    pause = setTimeout(tellReady, PAUSE_MS + 1);
    return new RedisUnavailable(`Redis did not answer ${name} within ${CALL_TIMEOUT_MS} ms`);
  }

  async function send(name: string, args: readonly RedisArgument[]): Promise<unknown> {
    await connection.connected();
    try {
      return await client.call(name, [...args]);
    } catch (error) {
      if (isReply(error)) {
        // A script that is sent for the first time is no failure.
        if (!isUnknownScript(error)) failures.error.add();
        throw error;
      }
      failures.lost.add();
      throw new RedisUnavailable(`Redis was lost during ${name}`, { cause: error });
    }
  }

  async function call(name: string, task: () => Promise<unknown>): Promise<unknown> {
    const { state, problem } = health();
    if (state === "away") {
      failures.refused.add();
      throw new RedisUnavailable(`Redis is away: ${problem ?? ""}`);
    }
    const sent = task();
    // It may still fail after it was given up.
    sent.catch(() => {});
    return withTimeout(sent, () => giveUp(name));
  }

  return {
    command: async (name, ...args) => call(name, async () => send(name, args)),

    run: async ({ name, lua }, keys, args) =>
      call(name, async () => {
        const rest = [keys.length, ...keys, ...args];
        try {
          return await send("EVALSHA", [hash("sha1", lua), ...rest]);
        } catch (error) {
          if (!isUnknownScript(error)) throw error;
          return send("EVAL", [lua, ...rest]);
        }
      }),

    health,
    onReady(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      clearTimeout(pause);
      listeners.clear();
      await connection.close();
    },
  };
}
