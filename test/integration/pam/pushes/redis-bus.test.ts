import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  createPushes,
  createRedisPushBus,
  type Push,
  type Pushes,
  type PushReceiver,
} from "#pam/pushes/index.ts";
import { createFrameLimit, createRateLimits } from "#pam/rate-limits/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, createRedisSubscriber, type Redis } from "#platform/redis/index.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { redisProblem, type RedisServer, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const TIMER: Push = {
  kind: "timer-expired",
  timerId: "t-1",
  label: "Tea",
  timerType: "timer",
  message: "Tea is done",
  timestamp: "2030-01-01T00:00:00Z",
};

const receiver = (heard: Push[]): PushReceiver => ({ receive: (push) => void heard.push(push) });
const toMessage = (from: string, push: object): string => JSON.stringify({ from, push });

describe.skipIf(isSkipped("redis", redisProblem()))("over Redis", () => {
  let server: RedisServer;
  const opened: Closeable[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (each) => each.close()));
  });

  function openRedis(): Redis {
    const metrics = createMetrics({ version: "0" });
    const redis = createRedis({
      url: server.url,
      clock: systemClock,
      logger: silentLogger,
      metrics,
    });
    opened.push(redis);
    return redis;
  }

  interface Instance {
    readonly pushes: Pushes;
    readonly redis: Redis;
    isListening(): boolean;
  }

  function openInstance(instanceId: string): Instance {
    const redis = openRedis();
    const subscriber = createRedisSubscriber({ url: server.url, logger: silentLogger });
    opened.push(subscriber);
    const bus = createRedisPushBus({ redis, subscriber, instanceId });
    const metrics = createMetrics({ version: "0" });
    const pushes = createPushes({ bus, metrics, logger: silentLogger });
    return { pushes, redis, isListening: () => subscriber.isListening() };
  }

  test("a push reaches the user's sockets on every instance, each once, and says whether it did", async () => {
    const [here, there, third] = [openInstance("a"), openInstance("b"), openInstance("c")];
    const heard: Push[][] = [[], []];
    here.pushes.join("u", receiver(heard[0] ?? []));
    there.pushes.join("u", receiver(heard[1] ?? []));
    await until(() => here.isListening() && there.isListening());
    expect(await here.pushes.publish("u", TIMER)).toBe(true);
    await until(() => heard[1]?.length === 1);
    // From an instance that has no socket of the user.
    expect(await third.pushes.publish("u", TIMER)).toBe(true);
    await until(() => heard.every(({ length }) => length === 2));
    expect(heard).toEqual([
      [TIMER, TIMER],
      [TIMER, TIMER],
    ]);
  });

  test("a user who is nowhere is not reached, nor one who has left", async () => {
    const [here, there] = [openInstance("a"), openInstance("b")];
    const leave = there.pushes.join("u", receiver([]));
    await until(() => there.isListening());
    expect(await here.pushes.publish("somebody", TIMER)).toBe(false);
    leave();
    await until(async () => !(await here.pushes.publish("u", TIMER)));
  });

  test("what stands on the channel and is no push is passed over", async () => {
    const here = openInstance("a");
    const heard: Push[] = [];
    here.pushes.join("u", receiver(heard));
    await until(() => here.isListening());
    const { redis } = here;
    for (const message of [
      "{",
      "null",
      toMessage("b", { ...TIMER, kind: "other" }),
      toMessage("b", { ...TIMER, message: "x".repeat(5_000) }),
      toMessage("a", TIMER),
      "x".repeat(300_000),
      toMessage("b", { ...TIMER, timerId: "good" }),
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await redis.command("PUBLISH", "banyan:push:u", message);
    }
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ ...TIMER, timerId: "good" }]);
  });

  test("frames are counted among instances, what is refused is not, and the window passes", async () => {
    const clock = createManualClock(1_700_000_000_000);
    const limits = [openRedis(), openRedis()].map((redis) => createFrameLimit({ redis, clock }));
    for (let at = 0; at < 100; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await limits[at % 2]?.take("limited")).toMatchObject({ isAllowed: true });
      if (at === 49) clock.advance(1_000);
    }
    const refused = { isAllowed: false, usage: { used: 100, resetMs: 59_000 } };
    expect(await limits[0]?.take("limited")).toEqual(refused);
    expect(await limits[1]?.take("limited")).toEqual(refused);
    expect(await limits[1]?.take("another")).toMatchObject({ isAllowed: true });
    clock.advance(59_000);
    expect(await limits[0]?.take("limited")).toEqual({
      isAllowed: true,
      usage: { used: 51, resetMs: 1_000 },
    });
  });

  test("what is left of a limit is the same wherever it is asked for, and asking uses nothing up", async () => {
    const clock = createManualClock(1_700_000_000_000);
    const [one, other] = [openRedis(), openRedis()].map((redis) =>
      createRateLimits({ redis, clock }),
    );
    expect(await other?.feedback.usage("asked")).toEqual({ used: 0, resetMs: 0 });
    await one?.feedback.take("asked");
    clock.advance(10_000);
    await other?.feedback.take("asked");
    const usage = { used: 2, resetMs: 50_000 };
    expect(await one?.feedback.usage("asked")).toEqual(usage);
    expect(await other?.feedback.usage("asked")).toEqual(usage);
    expect(await one?.rest_api.usage("asked")).toEqual({ used: 0, resetMs: 0 });
    expect([one?.feedback.activity(), other?.feedback.activity()]).toEqual([
      { keys: 1, uses: 1 },
      { keys: 1, uses: 1 },
    ]);
  });

  test("when Redis goes away a limit goes on from what was seen here", async () => {
    const clock = createManualClock();
    let isAway = false;
    const shared = openRedis();
    const limits = createRateLimits({
      clock,
      redis: {
        run: async (script, keys, args) =>
          isAway ? Promise.reject(new Error("away")) : shared.run(script, keys, args),
      },
    });
    for (let at = 0; at < 5; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await limits.feedback.take("left")).toMatchObject({ isAllowed: true });
    }
    isAway = true;
    expect(await limits.feedback.take("left")).toMatchObject({ isAllowed: false });
    expect(await limits.feedback.usage("left")).toMatchObject({ used: 5 });
  });

  test("without Redis frames are counted here", async () => {
    const redis = { run: async () => Promise.reject(new Error("away")) };
    const limit = createFrameLimit({ redis, clock: createManualClock() });
    const taken = [];
    // oxlint-disable-next-line no-await-in-loop -- one after another
    for (let at = 0; at < 101; at += 1) taken.push((await limit.take("u")).isAllowed);
    expect(taken.indexOf(false)).toBe(100);
  });
});
