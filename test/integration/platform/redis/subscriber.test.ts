import { describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import {
  createRedis,
  createRedisSubscriber,
  type Redis,
  type RedisSubscriber,
} from "#platform/redis/index.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

interface Fixture extends AsyncDisposable {
  readonly redis: Redis;
  readonly subscriber: RedisSubscriber;
}

function open(url: string): Fixture {
  const metrics = createMetrics({ version: "0.0.0" });
  const redis = createRedis({ url, clock: systemClock, logger: silentLogger, metrics });
  const subscriber = createRedisSubscriber({ url, logger: silentLogger });
  return {
    redis,
    subscriber,
    async [Symbol.asyncDispose]() {
      await subscriber.close();
      await redis.close();
    },
  };
}

describe.skipIf(isSkipped("Redis", redisProblem()))("with a server", () => {
  test("a listener hears what is published in its channel and nothing else", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, subscriber } = fixture;
    const heard: string[] = [];
    subscriber.subscribe("a", (message) => heard.push(message));
    await until(() => subscriber.isListening());

    await redis.command("PUBLISH", "b", "not for us");
    await redis.command("PUBLISH", "a", "first");
    await redis.command("PUBLISH", "a", "second");
    await until(() => heard.length === 2);
    expect(heard).toEqual(["first", "second"]);
  });

  test("a channel is left when its last listener has gone", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, subscriber } = fixture;
    const heard: string[] = [];
    const ends = ["one", "two"].map((name) => subscriber.subscribe("a", () => heard.push(name)));
    await until(() => subscriber.isListening());

    ends[0]?.();
    expect(await redis.command("PUBLISH", "a", "x")).toBe(1);
    await until(() => heard.length === 1);
    expect(heard).toEqual(["two"]);
    ends[1]?.();
    await until(async () => (await redis.command("PUBLISH", "a", "x")) === 0);
  });

  test("a channel that is added later is listened to on the same connection", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, subscriber } = fixture;
    subscriber.subscribe("a", () => {});
    await until(() => subscriber.isListening());
    const heard: string[] = [];
    subscriber.subscribe("b", (message) => heard.push(message));
    await until(async () => (await redis.command("PUBLISH", "b", "x")) === 1);
    await until(() => heard.includes("x"));
    expect(await redis.command("PUBSUB", "CHANNELS")).toHaveLength(2);
  });

  test("a server that was lost is listened to again when it is back, and listeners are told", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, subscriber } = fixture;
    const heard: string[] = [];
    let ready = 0;
    subscriber.onReady(() => (ready += 1));
    subscriber.subscribe("a", (message) => heard.push(message));
    await until(() => ready === 1);

    await server.kill();
    await until(() => !subscriber.isListening());
    await server.restart();
    await until(() => ready === 2);
    await until(async () => {
      const reached = await redis.command("PUBLISH", "a", "back").catch(() => 0);
      return reached === 1;
    });
    await until(() => heard.length > 0);
    expect(heard[0]).toBe("back");
  });
});

test("without a server nothing throws, and closing ends the attempts", async () => {
  const subscriber = createRedisSubscriber({ url: "redis://127.0.0.1:1", logger: silentLogger });
  subscriber.subscribe("a", () => {});
  expect(subscriber.isListening()).toBe(false);
  await subscriber.close();
});
