import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  createRedisSharedStore,
  createResponseCache,
  type ResponseCache,
} from "#pam/response-cache/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { redisProblem, type RedisServer, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const QUESTION = { userId: "u", message: "Where to?" };
const LONG = JSON.stringify("été 😀 ".repeat(2_000));
const everything = { owner: undefined, criterion: { kind: "all" } } as const;

describe.skipIf(isSkipped("Redis", redisProblem()))("the response cache over Redis", () => {
  let server: RedisServer;
  let redis: Redis;

  const open = (): ResponseCache =>
    createResponseCache({
      clock: systemClock,
      logger: silentLogger,
      sharedStore: createRedisSharedStore(redis, systemClock),
    });

  beforeAll(async () => {
    server = await startRedis();
    redis = createRedis({
      url: server.url,
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics({ version: "0.0.0" }),
    });
  });
  afterAll(async () => {
    await redis.close();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await redis.command("FLUSHALL");
    await redis.command("CONFIG", "RESETSTAT");
  });

  test("gives one instance what another has kept, to the character", async () => {
    await open().store(QUESTION, LONG);
    const reader = open();
    expect(await reader.read(QUESTION)).toBe(LONG);
    expect(await reader.figures()).toMatchObject({ hits: 1, isSharedReachable: true });
  });

  test("keeps an answer under the legacy's key for its time to live, compressed", async () => {
    await open().store(QUESTION, LONG, 60);
    // The first 16 digits of sha256("u:where to?").
    const key = "pam:response:bbe49803c01b7ef4";
    expect(await redis.command("EXISTS", key, `${key}:metadata`)).toBe(2);
    expect(await redis.command("STRLEN", key)).toBeLessThan(1_000);
    for (const name of [key, `${key}:metadata`]) {
      // oxlint-disable-next-line no-await-in-loop -- there are two
      const left = Number(await redis.command("PTTL", name));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
    }
  });

  test("leaves no key without an end to its life", async () => {
    await open().store(QUESTION, "1", 5);
    await open().store({ userId: "u", message: "longer" }, "2", 500);
    const keys = await redis.command("KEYS", "*");
    if (!Array.isArray(keys)) throw new TypeError("KEYS gives a list");
    expect(keys).toHaveLength(5);
    const lives = await Promise.all(keys.map(async (key) => redis.command("PTTL", String(key))));
    expect(lives.map(Number).filter((life) => life <= 0)).toEqual([]);
    // The index lives as long as the answer that lives longest.
    expect(Math.max(...lives.map(Number))).toBeGreaterThan(400_000);
  });

  test("forgets its own keys only", async () => {
    await redis.command("SET", "session:1", "not ours");
    await redis.command("SET", "pam:responses", "not ours either");
    const cache = open();
    await cache.store(QUESTION, "1");
    await cache.store({ userId: "v", message: "hi" }, "2");
    expect(await cache.forget(everything)).toBe(6);
    expect(await open().read(QUESTION)).toBeUndefined();
    expect(await redis.command("EXISTS", "session:1", "pam:responses")).toBe(2);
  });

  test("forgets one user's answers without walking the keys", async () => {
    const cache = open();
    await cache.store(QUESTION, "1");
    await cache.store({ userId: "v", message: "hi" }, "2");
    expect(await open().forget({ owner: "u", criterion: { kind: "all" } })).toBe(2);
    expect(await open().read({ userId: "v", message: "hi" })).toBe("2");
    expect(String(await redis.command("INFO", "commandstats"))).not.toContain("cmdstat_scan:");
  });

  test("forgets more than one page of keys holds", async () => {
    const cache = open();
    const numbers = Array.from({ length: 700 }, (_, number) => number);
    await Promise.all(
      numbers.map(async (number) => cache.store({ userId: "u", message: `${number}` }, "1")),
    );
    expect(await open().forget(everything)).toBe(1_400);
  });

  test("goes on in memory while Redis is away, and shares again when it is back", async () => {
    const cache = open();
    await server.kill();
    await cache.store(QUESTION, "1");
    expect(await cache.read(QUESTION)).toBe("1");
    expect((await cache.figures()).isSharedReachable).toBe(false);
    await server.restart();
    await until(async () => (await cache.figures()).isSharedReachable);
    await cache.store(QUESTION, "2");
    expect(await open().read(QUESTION)).toBe("2");
  });
});
