import { createServer, type Socket } from "node:net";

import { describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics, type Metrics } from "#platform/metrics.ts";
import { createRedis, RedisUnavailable, type Redis } from "#platform/redis/index.ts";
import { findFreePort } from "#support/free-port.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

interface Fixture extends AsyncDisposable {
  readonly redis: Redis;
  readonly metrics: Metrics;
}

function open(url: string): Fixture {
  const metrics = createMetrics({ version: "0.0.0" });
  const redis = createRedis({ url, clock: systemClock, logger: silentLogger, metrics });
  return { redis, metrics, [Symbol.asyncDispose]: async () => redis.close() };
}

const returnArguments = { name: "return-arguments", lua: "return {KEYS[1], ARGV[1], ARGV[2]}" };

const isReady = (redis: Redis): boolean => redis.health().state === "ready";

const refusedOf = async (metrics: Metrics): Promise<number> =>
  Number(/banyan_redis_failures_total\{kind="refused"\} (\d+)/u.exec(await metrics.render())?.[1]);

describe.skipIf(isSkipped("Redis", redisProblem()))("with a server", () => {
  test("nothing is connected before the first call", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    expect(fixture.redis.health()).toEqual({ state: "idle", problem: undefined });
    expect(await fixture.redis.command("PING")).toBe("PONG");
    expect(fixture.redis.health()).toEqual({ state: "ready", problem: undefined });
  });

  test("calls made at once before it is connected are all carried out", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const counts = await Promise.all(
      Array.from({ length: 10 }, async () => fixture.redis.command("INCR", "n")),
    );
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("a script runs whether the server knows it or not", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const run = async (): Promise<unknown> => fixture.redis.run(returnArguments, ["k"], ["a", 7]);
    expect(await run()).toEqual(["k", "a", "7"]);
    expect(await run()).toEqual(["k", "a", "7"]);
    await fixture.redis.command("SCRIPT", "FLUSH");
    expect(await run()).toEqual(["k", "a", "7"]);
  });

  test("what the server says is wrong is passed on", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    await fixture.redis.command("SET", "k", "v");
    await expect(fixture.redis.command("INCR", "k")).rejects.toThrow("not an integer");
    expect(isReady(fixture.redis)).toBe(true);
  });

  test("a server that dies is noticed, and calls are refused at once until it is back", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, metrics } = fixture;
    // Nobody has asked, so nobody knows.
    expect(await metrics.render()).not.toMatch(/^banyan_redis_up/mu);
    await redis.command("PING");
    let timesReady = 0;
    redis.onReady(() => {
      timesReady += 1;
    });
    await server.kill();
    await until(() => redis.health().state === "away");
    await expect(redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
    expect(await refusedOf(metrics)).toBe(1);
    expect(await metrics.render()).toContain("banyan_redis_up 0");
    await server.restart();
    await until(() => isReady(redis));
    expect(await redis.command("PING")).toBe("PONG");
    expect(timesReady).toBe(1);
    expect(await metrics.render()).toContain("banyan_redis_up 1");
  });

  test("a server that answers nothing is given up after 250 ms, and found again later", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis, metrics } = fixture;
    await redis.command("PING");
    server.freeze();
    await expect(redis.command("PING")).rejects.toThrow("did not answer PING within 250 ms");
    expect(redis.health().state).toBe("away");
    await expect(redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
    expect(await refusedOf(metrics)).toBe(1);
    server.thaw();
    await until(() => isReady(redis));
    expect(await redis.command("PING")).toBe("PONG");
  });

  test("whoever waits for the server is told when it answers again, even on the same connection", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    const { redis } = fixture;
    await redis.command("PING");
    const ready = Promise.withResolvers<void>();
    const end = redis.onReady(ready.resolve);
    server.freeze();
    await expect(redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
    server.thaw();
    await ready.promise;
    end();
    expect(await redis.command("PING")).toBe("PONG");
  });

  test("a server that is frozen from the start is bounded too", async () => {
    await using server = await startRedis();
    await using fixture = open(server.url);
    server.freeze();
    await expect(fixture.redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
    server.thaw();
    await until(
      async () => (await fixture.redis.command("PING").catch(() => undefined)) === "PONG",
    );
  });
});

test("a server that is not there is refused at once, and never an unhandled error", async () => {
  await using fixture = open(`redis://127.0.0.1:${await findFreePort()}`);
  await expect(fixture.redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
  expect(fixture.redis.health()).toMatchObject({ state: "away", problem: expect.any(String) });
  await expect(fixture.redis.run(returnArguments, ["k"], [])).rejects.toThrow("Redis is away");
  expect(await refusedOf(fixture.metrics)).toBe(1);
});

test("a server that is no Redis is bounded", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const port = await findFreePort();
  server.listen(port, "127.0.0.1");
  await using fixture = open(`redis://127.0.0.1:${port}`);
  await expect(fixture.redis.command("PING")).rejects.toThrow(/Redis/u);
  expect(isReady(fixture.redis)).toBe(false);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test("a call after closing is refused", async () => {
  await using fixture = open(`redis://127.0.0.1:${await findFreePort()}`);
  await fixture.redis.close();
  await expect(fixture.redis.command("PING")).rejects.toBeInstanceOf(RedisUnavailable);
});
