import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  createMemoryPlanStore,
  createRedisPlanStore,
  PLAN_LIMITS,
  type Plan,
  type PlanStore,
} from "#pam/plans/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { ageKeys } from "#support/redis-keys.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const planOf = (id: string, more: Partial<Plan> = {}): Plan => ({
  id,
  userId: "u",
  goal: "Go",
  reasoning: "",
  successProbability: 1,
  isRvTrip: false,
  createdAtMs: 0,
  steps: [],
  response: null,
  ...more,
});

describe.skipIf(isSkipped("Redis", redisProblem()))("plans in Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  const opened: AsyncDisposable[] = [];

  const connect = (): Redis => {
    const connection = createRedis({
      url: server.url,
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics({ version: "0.0.0" }),
    });
    opened.push({ [Symbol.asyncDispose]: async () => connection.close() });
    return connection;
  };

  /** A store as another process would have it. */
  function openStore(connection = connect()): PlanStore {
    const store = createRedisPlanStore({
      redis: connection,
      fallback: createMemoryPlanStore(systemClock),
    });
    opened.push({ [Symbol.asyncDispose]: async () => store.close() });
    return store;
  }

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    redis = connect();
    await redis.command("FLUSHALL");
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (resource) => resource[Symbol.asyncDispose]()));
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test("another process reads what one saved, for the same user only", async () => {
    const [one, other] = [openStore(), openStore()];
    await one.save(planOf("p"));
    await one.save(planOf("p", { response: "Done" }));
    expect(await other.read("u", "p")).toEqual(planOf("p", { response: "Done" }));
    expect(await other.read("v", "p")).toBeUndefined();
    expect(await other.read("u", "q")).toBeUndefined();
  });

  test("the newest twenty of a user are kept, by when they were made and not by when they were saved", async () => {
    const store = openStore();
    const ids = Array.from({ length: PLAN_LIMITS.plansPerUser + 2 }, (_, index) => `p${index}`);
    for (const [createdAtMs, id] of ids.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await store.save(planOf(id, { createdAtMs }));
    }
    await store.save(planOf("p2", { createdAtMs: 2, response: "Done" }));
    await store.save(planOf("new", { createdAtMs: 99 }));
    const found = await Promise.all(ids.map(async (id) => store.read("u", id)));
    expect(found.map((plan) => plan !== undefined)).toEqual(ids.map((_, index) => index >= 3));
    expect(await redis.command("KEYS", "*")).toHaveLength(2);
  });

  test("plans end a day after the last of them was saved", async () => {
    const store = openStore();
    await store.save(planOf("p"));
    await ageKeys(redis, PLAN_LIMITS.expiryMs - 10_000);
    expect(await store.read("u", "p")).toBeDefined();
    await ageKeys(redis, 20_000);
    expect(await store.read("u", "p")).toBeUndefined();
  });

  test("what another build wrote and this one cannot read is no plan", async () => {
    const store = openStore();
    await store.save(planOf("p"));
    await redis.command("HSET", "banyan:pam:plans:{u}", "q", '{"id":"q"}', "r", "{");
    expect(await store.read("u", "q")).toBeUndefined();
    expect(await store.read("u", "r")).toBeUndefined();
  });

  test("what Redis refused once is not held against what it took later", async () => {
    const connection = connect();
    let isRefused = true;
    const store = openStore({
      ...connection,
      async run(script, keys, args) {
        if (isRefused) throw new Error("OOM command not allowed");
        return connection.run(script, keys, args);
      },
    });
    await store.save(planOf("p"));
    expect(await store.read("u", "p")).toEqual(planOf("p"));
    isRefused = false;
    await store.save(planOf("p", { response: "Done" }));
    expect(await store.read("u", "p")).toEqual(planOf("p", { response: "Done" }));
  });

  test("plans go on while Redis is away, and it gets them when it is back", async () => {
    const [one, other] = [openStore(), openStore()];
    await one.save(planOf("p"));
    await server.kill();
    await one.save(planOf("p", { response: "Done" }));
    expect(await one.read("u", "p")).toEqual(planOf("p", { response: "Done" }));
    expect(await other.read("u", "p")).toBeUndefined();
    await server.restart();
    const found = await until(async () => other.read("u", "p"));
    expect(found).toEqual(planOf("p", { response: "Done" }));
  });
});
