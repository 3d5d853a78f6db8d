import { afterAll, describe, expect, test } from "vitest";

import { createCensus, createRedisCensusStore } from "#delivery/census/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis } from "#platform/redis/index.ts";
import { describeCensusStore } from "#support/census-store-suite.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";

const logger = silentLogger;

describe.skipIf(isSkipped("Redis", redisProblem()))("counts in Redis", () => {
  let server: Promise<RedisServer> | undefined;
  const opened: { close(): Promise<void> }[] = [];
  const connect = async () => {
    server ??= startRedis();
    const metrics = createMetrics({ version: "1.2.3" });
    const redis = createRedis({ url: (await server).url, clock: systemClock, logger, metrics });
    opened.push(redis);
    return redis;
  };
  afterAll(async () => {
    await Promise.all(opened.map(async (redis) => redis.close()));
    await (await server)?.[Symbol.asyncDispose]();
  });

  describeCensusStore(async (sinceMs) => {
    const redis = await connect();
    await redis.command("FLUSHALL");
    return createRedisCensusStore({ redis, sinceMs });
  });

  test("instances count together, from when the first of them began", async () => {
    const redis = await connect();
    await redis.command("FLUSHALL");
    const [first, second] = await Promise.all(
      [1_000, 2_000].map(async (sinceMs) => {
        const store = createRedisCensusStore({ redis: await connect(), sinceMs });
        return createCensus({ store, clock: systemClock, logger });
      }),
    );
    first?.observer.requestEnded(exchangeRecord({ cohort: "0123456789ab" }));
    await first?.close();
    second?.observer.requestEnded(exchangeRecord({ cohort: "0123456789ab" }));
    second?.observer.requestEnded(exchangeRecord({ cohort: "ba9876543210" }));
    const report = await second?.report();
    await second?.close();
    expect(report).toMatchObject({
      sinceMs: 1_000,
      routes: [{ routeId: "chat.health", legacy: { hits: 3 }, legacyCohorts: 2 }],
    });
  });

  test("a flood of unknown paths is bounded and takes no room from a route", async () => {
    const redis = await connect();
    await redis.command("FLUSHALL");
    const store = createRedisCensusStore({ redis, sinceMs: 1 });
    const flood = Array.from(
      { length: 2_500 },
      (_, index) => ({ key: ["", "curl", "legacy", `/${index}`], hits: 1, lastSeenMs: 1 }) as const,
    );
    const request = { key: ["chat.send", "curl", "legacy", ""], hits: 1, lastSeenMs: 1 } as const;
    await store.add({ uses: [...flood, request], cohorts: new Map() });
    const { uses } = await store.read();
    expect(uses).toHaveLength(2_001);
    expect(uses).toContainEqual(request);
  });

  test("keys stand under Banyan's own prefix and end by themselves", async () => {
    const redis = await connect();
    await redis.command("FLUSHALL");
    const store = createRedisCensusStore({ redis, sinceMs: 1 });
    await store.add({
      uses: [{ key: ["chat.health", "curl", "legacy", ""], hits: 1, lastSeenMs: 1 }],
      cohorts: new Map([["chat.health", ["0123456789ab"]]]),
    });
    const keys = await redis.command("KEYS", "*");
    expect(keys).toSatisfy(
      (found: string[]) =>
        found.length === 5 && found.every((key) => key.startsWith("banyan:census:")),
    );
    expect(await redis.command("PTTL", "banyan:census:hits")).toBeGreaterThan(0);
    expect(await redis.command("PTTL", "banyan:census:cohorts:chat.health")).toBeGreaterThan(0);
  });
});
