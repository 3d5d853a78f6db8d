import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { systemClock } from "#platform/clock.ts";
import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";

import { ME, startAgenticSide, type AgenticSide } from "./agentic-side.ts";

const claims = { sub: ME };
const plannedSchema = z.object({ plan_id: z.string() });

async function planAt({ call }: AgenticSide): Promise<string> {
  const body = { goal: "I spent $42.50 on gas" };
  const answer = await call("POST", "/agentic/plan", { claims, body });
  return plannedSchema.parse(answer.body).plan_id;
}

describe.skipIf(isSkipped("Redis", redisProblem()))("two instances with one Redis", () => {
  let server: RedisServer;
  let opened: OpenDatabase;
  const closing: (() => Promise<void>)[] = [];

  function connect(): Redis {
    const metrics = createMetrics({ version: "0.0.0" });
    const options = { url: server.url, clock: systemClock, logger: silentLogger, metrics };
    const connection = createRedis(options);
    closing.push(async () => connection.close());
    return connection;
  }

  async function start(): Promise<AgenticSide> {
    const side = await startAgenticSide({ database: opened.database, redis: connect() });
    closing.push(async () => side[Symbol.asyncDispose]());
    return side;
  }

  const countExpenses = async (): Promise<number> =>
    (await opened.database.selectFrom("expenses").select("id").execute()).length;

  beforeAll(async () => {
    [server, opened] = await Promise.all([startRedis(), openEmbedded()]);
  }, 60_000);
  beforeEach(async () => {
    await opened.database.deleteFrom("expenses").execute();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- the newest first
      await close();
    }
  });
  afterAll(async () => {
    await opened.close();
    await server[Symbol.asyncDispose]();
  });

  test("a plan of one is carried out at the other, and the first knows of it", async () => {
    const [one, other] = [await start(), await start()];
    const body = { plan_id: await planAt(one) };
    const done = await other.call("POST", "/agentic/execute", { claims, body });
    expect(done.body).toMatchObject({ success: true, status: "finished" });
    const again = await one.call("POST", "/agentic/execute", { claims, body });
    expect(again.body).toMatchObject({ execution_result: { execution_time: "immediate" } });
    expect(await countExpenses()).toBe(1);
    expect((await one.assistant.store.read(ME)).history).toHaveLength(2);
  });

  test("a plan that is executed at both at once is carried out once", async () => {
    const sides = [await start(), await start()];
    const [one] = sides;
    const body = { plan_id: one === undefined ? "" : await planAt(one) };
    const answers = await Promise.all(
      [...sides, ...sides].map(async ({ call }) =>
        call("POST", "/agentic/execute", { claims, body }),
      ),
    );
    expect(answers.map((answer) => answer.body["status"])).toEqual(answers.map(() => "finished"));
    expect(await countExpenses()).toBe(1);
  });
});
