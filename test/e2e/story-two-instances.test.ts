import { describe, expect, test } from "vitest";

import { redisProblem, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import type { LogLine, SpawnedBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

import { createUsers, startLoad } from "../demo/load.ts";
import { createOperator } from "../demo/operator.ts";
import { FAULTY_MS, openStage, THINKING_MS } from "../demo/stage.ts";

/** What is promised of a trip on other instances. */
const PROMISED_MS = 1_000;

const logged = ({ logLines }: SpawnedBanyan, wanted: string): LogLine | undefined =>
  logLines().find(({ message }) => message === wanted);

const timeOf = (line: LogLine | undefined): number => Date.parse(String(line?.["time"]));

describe.skipIf(isSkipped("Redis", redisProblem()))("two instances that share a Redis", () => {
  test("a trip on one sends the other to legacy within a second, and one reset frees both", async () => {
    await using redis = await startRedis();
    await using stage = await openStage();
    const busy = await stage.startBanyan({ REDIS_URL: redis.url });
    const idle = await stage.startBanyan({ REDIS_URL: redis.url });
    const users = await createUsers(200);
    const operators = { busy: createOperator(busy), idle: createOperator(idle) };
    for (const operator of [operators.busy, operators.idle]) {
      // oxlint-disable-next-line no-await-in-loop -- one instance after the other
      await operator.setFlag("pam.chat.send", 50);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await operator.pin(100, "What is looked at here is the guard");
    }
    const before = await operators.idle.nativeUsers(users);
    expect(before.size).toBeGreaterThan(0);

    const load = startLoad({ publicUrl: busy.publicUrl, users, atOnce: 30 });
    try {
      await until(() => load.asked.length >= 60, 60_000);
      stage.model.thinkingMs = FAULTY_MS;
      const found = await until(() => logged(busy, "The guard tripped"), 60_000);
      const heard = await until(() => logged(idle, "The guard tripped"));
      expect([found["isOwn"], heard["isOwn"]]).toEqual([true, false]);
      expect(timeOf(heard) - timeOf(found)).toBeLessThanOrEqual(PROMISED_MS);
      expect(await operators.idle.nativeUsers(users)).toEqual(new Set());

      const knownAtMs = performance.now();
      await until(() => load.isThrough(knownAtMs));
      stage.model.thinkingMs = THINKING_MS;
      await operators.idle.reset("The model answers as fast as it did");
      await until(() => logged(busy, "The guard was reset"));
      expect(await operators.busy.nativeUsers(users)).toEqual(before);
      expect(await operators.idle.nativeUsers(users)).toEqual(before);
    } finally {
      await load.stop();
    }
    expect(load.asked.filter(({ answer }) => answer?.status !== 200)).toEqual([]);
  }, 180_000);
});
