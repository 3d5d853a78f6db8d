import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createMemoryViolationStore } from "#pam/safety/violations/memory-violation-store.ts";
import { createRedisViolationStore } from "#pam/safety/violations/redis-violation-store.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { ageKeys } from "#support/redis-keys.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";
import { describeViolationStore } from "#support/violation-suite.ts";

describe.skipIf(isSkipped("Redis", redisProblem()))("violations in Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    const metrics = createMetrics({ version: "0.0.0" });
    redis = createRedis({ url: server.url, clock: systemClock, logger: silentLogger, metrics });
  });
  afterAll(async () => {
    await redis.close();
    await server[Symbol.asyncDispose]();
  });

  describeViolationStore(async () => {
    await redis.command("FLUSHALL");
    const clock = createManualClock();
    const fallback = createMemoryViolationStore(clock);
    return {
      store: createRedisViolationStore({ redis, clock, fallback }),
      async advance(ms) {
        clock.advance(ms);
        await ageKeys(redis, ms);
      },
      [Symbol.asyncDispose]: async () => {},
    };
  });

  test("two processes share their counts", async () => {
    await redis.command("FLUSHALL");
    const clock = createManualClock();
    const [one, other] = [1, 2].map(() =>
      createRedisViolationStore({ redis, clock, fallback: createMemoryViolationStore(clock) }),
    );
    await one?.record("u1", "PROMPT_INJECTION");
    expect(await other?.record("u1", "PROMPT_INJECTION")).toBe(2);
  });

  test("keys have the prefix, and end by themselves", async () => {
    await redis.command("FLUSHALL");
    const clock = createManualClock();
    const fallback = createMemoryViolationStore(clock);
    await createRedisViolationStore({ redis, clock, fallback, prefix: "p:" }).record(
      "u1",
      "PROMPT_INJECTION",
    );
    expect(await redis.command("KEYS", "*")).toEqual(
      expect.arrayContaining(["p:pam:viol:u1", "p:pam:viol-index"]),
    );
    expect(await redis.command("PTTL", "p:pam:viol:u1")).toBeGreaterThan(0);
    expect(await redis.command("PTTL", "p:pam:viol-index")).toBeGreaterThan(0);
  });

  test("while Redis is away each process counts for itself", async () => {
    const clock = createManualClock();
    const store = createRedisViolationStore({
      redis,
      clock,
      fallback: createMemoryViolationStore(clock),
    });
    await server.kill();
    expect(await store.record("u9", "PROMPT_INJECTION")).toBe(1);
    expect(await store.record("u9", "PROMPT_INJECTION")).toBe(2);
    expect(await store.top(5)).toEqual([{ userId: "u9", event: "PROMPT_INJECTION", count: 2 }]);
    await server.restart();
    await until(() => redis.health().state === "ready");
    expect(await store.record("u9", "PROMPT_INJECTION")).toBe(1);
  });
});
