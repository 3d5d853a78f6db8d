import { randomUUID } from "node:crypto";

import { describe, expect, test } from "vitest";

import { createGuard, createRedisTripBoard, type Trip } from "#delivery/guard/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis } from "#platform/redis/index.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const TRIP: Trip = {
  id: "trip-1",
  routeId: "chat.health",
  atMs: 1,
  signal: "errors",
  counts: { native: { count: 30, bad: 20 }, legacy: { count: 100, bad: 0 } },
};

function startInstance(server: RedisServer) {
  const metrics = createMetrics({ version: "1.2.3" });
  const logger = silentLogger;
  const redis = createRedis({ url: server.url, clock: systemClock, logger, metrics });
  const board = createRedisTripBoard({ redis, logger, createId: randomUUID });
  const guard = createGuard({ clock: systemClock, logger, createId: () => "own", board });
  return {
    guard,
    isTripped: () => guard.isTripped("chat.health"),
    async [Symbol.asyncDispose]() {
      await board.close();
      await redis.close();
    },
  };
}

describe.skipIf(isSkipped("Redis", redisProblem()))("a trip among instances", () => {
  test("reaches every other within a second, and so does its reset", async () => {
    await using server = await startRedis();
    await using first = startInstance(server);
    await using second = startInstance(server);
    first.guard.restore([TRIP]);
    const trippedAtMs = performance.now();
    await until(second.isTripped);
    expect(performance.now() - trippedAtMs).toBeLessThan(1_000);

    second.guard.reset("chat.health", { by: "ada", reason: "fixed" });
    await until(() => !first.isTripped());
    const [event] = first.guard.events();
    expect(event).toMatchObject({ kind: "reset", lift: { by: "ada" }, isOwn: false });
  });

  test("is seen by whoever comes later", async () => {
    await using server = await startRedis();
    await using first = startInstance(server);
    first.guard.restore([TRIP]);
    await using late = startInstance(server);
    await until(late.isTripped);
    expect(late.guard.of("chat.health").trip).toEqual(TRIP);
  });

  test("that nobody could be told of is told when the server is back", async () => {
    await using server = await startRedis();
    await using first = startInstance(server);
    await using second = startInstance(server);
    first.guard.restore([{ ...TRIP, routeId: "chat.send" }]);
    await until(() => second.guard.isTripped("chat.send"));
    await server.kill();
    first.guard.restore([TRIP]);
    expect([first.isTripped(), second.isTripped()]).toEqual([true, false]);

    await server.restart();
    await until(second.isTripped);
    // The server forgot the earlier trip, and nobody had lifted it.
    expect(first.guard.isTripped("chat.send")).toBe(true);
    await using late = startInstance(server);
    await until(() => late.guard.isTripped("chat.send"));
  });

  test("is not lifted by an order that means an earlier one", async () => {
    await using server = await startRedis();
    await using first = startInstance(server);
    await using second = startInstance(server);
    first.guard.restore([TRIP]);
    await until(second.isTripped);
    first.guard.reset("chat.health", { by: "ada", reason: "fixed" });
    await until(() => !second.isTripped());
    second.guard.restore([{ ...TRIP, id: "trip-2" }]);
    await until(first.isTripped);
    expect(first.guard.of("chat.health").trip?.id).toBe("trip-2");
  });
});
