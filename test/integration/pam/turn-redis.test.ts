import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { createAssistant, type Assistant } from "#pam/assistant.ts";
import { createProviderFetch, createProviders } from "#pam/providers/index.ts";
import { LEASE_MS } from "#pam/store/redis/shared-turns.ts";
import type { TurnEvent } from "#pam/turn-event.ts";
import type { TurnInput } from "#pam/turn.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";
import { startFakeOpenAi, type FakeProvider } from "#support/fake-providers.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { FORMATS } from "#support/model-fixture.ts";
import { ageKeys } from "#support/redis-keys.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const ME = "11111111-1111-4111-8111-111111111111";

const messagesSchema = z.array(z.object({ role: z.string(), content: z.string().nullable() }));

async function say(
  { turn }: Assistant,
  message: string,
  more: Partial<TurnInput> = {},
): Promise<TurnEvent | undefined> {
  const events = await Array.fromAsync(turn({ userId: ME, message, tier: "free", ...more }));
  return events.at(-1);
}

async function resultsOf({ turn }: Assistant, message: string): Promise<unknown[]> {
  const events = await Array.fromAsync(turn({ userId: ME, message, tier: "free" }));
  return events.flatMap((event) => (event.kind === "tool-result" ? [event.result] : []));
}

const textsOf = async ({ store }: Assistant): Promise<readonly string[]> =>
  (await store.read(ME)).history.flatMap((message) => ("text" in message ? [message.text] : []));

describe.skipIf(isSkipped("Redis", redisProblem()))("turns over Redis", () => {
  let server: RedisServer;
  /** The tests' own look at what is in the server. */
  let redis: Redis;
  let ai: FakeProvider;
  const opened: AsyncDisposable[] = [];

  const connect = (): Redis => {
    const metrics = createMetrics({ version: "0.0.0" });
    const options = { url: server.url, clock: systemClock, logger: silentLogger, metrics };
    const connection = createRedis(options);
    opened.push({ [Symbol.asyncDispose]: async () => connection.close() });
    return connection;
  };

  /** The assistant of a process of its own: what it shares with others, it shares through Redis alone. */
  function startAssistant(scheduler: Scheduler = systemScheduler): Assistant {
    const connection = createProviderFetch();
    const assistant = createAssistant({
      providers: createProviders(
        { openai: { apiKey: "key-of-a-fake", baseUrl: ai.baseUrl } },
        { formats: FORMATS, fetch: connection.fetch, clock: systemClock },
      ),
      database: async () => Promise.reject(new Error("There is no database")),
      services: {},
      redis: connect(),
      flags: { evaluate: (name) => (name === "pam.store.redis" ? "on" : "absent") },
      clock: systemClock,
      scheduler,
      logger: silentLogger,
      metrics: createMetrics({ version: "0.0.0" }),
    });
    opened.push({
      async [Symbol.asyncDispose]() {
        await assistant.close();
        await connection.close();
      },
    });
    return assistant;
  }

  /** What the model got to read of the conversation in one of its requests, without instructions. */
  const askedIn = (request: number): readonly (string | null)[] =>
    messagesSchema
      .parse(ai.requests[request]?.body["messages"])
      .filter(({ role }) => role !== "system")
      .map(({ content }) => content);

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    ai = await startFakeOpenAi();
    redis = connect();
    await redis.command("FLUSHALL");
  });
  afterEach(async () => {
    // The newest first: an assistant goes before its connection.
    for (const resource of opened.splice(0).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await resource[Symbol.asyncDispose]();
    }
    await ai[Symbol.asyncDispose]();
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test("a conversation goes on at another instance, in its language and place", async () => {
    ai.script({ kind: "answer", text: "Hola, Ada." }, { kind: "answer", text: "Ada." });
    const [one, other] = [startAssistant(), startAssistant()];
    const context = { language: "es", user_location: { city: "Sevilla" } };
    await say(one, "My name is Ada", { context });
    expect(await say(other, "What is my name?")).toMatchObject({ kind: "turn-end", text: "Ada." });
    expect(askedIn(1)).toEqual(["My name is Ada", "Hola, Ada.", "What is my name?"]);
    const asked = JSON.stringify(ai.requests[1]?.body);
    expect(asked).toContain("Answer in Spanish");
    expect(asked).toContain("Sevilla");
    expect(await textsOf(one)).toEqual(await textsOf(other));
  });

  test("turns of one user follow one another, whichever instance they come to", async () => {
    const assistants = [startAssistant(), startAssistant()];
    const messages = Array.from({ length: 6 }, (_, index) => `message ${index}`);
    await Promise.all(
      messages.map(async (message, index) =>
        say(assistants[index % 2] ?? startAssistant(), message),
      ),
    );
    const texts = await textsOf(startAssistant());
    expect(texts).toHaveLength(12);
    // No answer stands anywhere but behind its question, and each turn has read all turns before it.
    expect(texts.filter((_, index) => index % 2 === 1)).toEqual(messages.map(() => "Hello"));
    expect(texts.filter((_, index) => index % 2 === 0).toSorted()).toEqual(messages);
    expect(ai.requests.map((_, index) => askedIn(index).length)).toEqual([1, 3, 5, 7, 9, 11]);
  });

  test("what one instance has asked is confirmed once, at whichever instance the yes comes in", async () => {
    const calls = [{ name: "create_post", arguments: '{"content":"Hello"}' }];
    const asks = [
      { kind: "answer", calls },
      { kind: "answer", text: "Shall I?" },
    ] as const;
    ai.script(...asks, ...asks, ...asks);
    const [one, other] = [startAssistant(), startAssistant()];
    expect(await resultsOf(one, "Post hello")).toMatchObject([
      { error_code: "CONFIRMATION_REQUIRED" },
    ]);
    // There is no database: that the tool says so is that it was run.
    expect(await resultsOf(other, "yes")).toMatchObject([{ error_code: "NOT_CONFIGURED" }]);
    expect(await resultsOf(one, "yes")).toMatchObject([{ error_code: "CONFIRMATION_REQUIRED" }]);
  });

  test("a turn waits for the one that another instance has, and reads what came of it", async () => {
    ai.script({ kind: "stall", afterText: "Wait" }, { kind: "answer", text: "Later." });
    const [one, other] = [startAssistant(), startAssistant()];
    const caller = new AbortController();
    const first = say(one, "first", { signal: caller.signal });
    await until(() => ai.requests.length > 0);
    const second = say(other, "second");
    await until(async () => (await redis.command("EXISTS", `banyan:pam:turn:${ME}`)) === 1);
    expect(ai.requests).toHaveLength(1);
    caller.abort();
    expect(await first).toMatchObject({ kind: "turn-error", reason: { kind: "cancelled" } });
    expect(await second).toMatchObject({ kind: "turn-end", text: "Later." });
    expect(askedIn(1)).toEqual(["second"]);
  });

  test("the turn of an instance that dies is handed over once its lease is over, and kept from what it leaves", async () => {
    ai.script({ kind: "slow-headers" }, { kind: "answer", text: "I am here." });
    // Its timers stand still, as those of a process that hangs: it renews nothing.
    const time = createManualTime();
    const [dead, other] = [startAssistant(time.scheduler), startAssistant()];
    const lost = say(dead, "Are you there?");
    await until(() => ai.requests.length > 0);
    const handedOver = say(other, "Is anybody there?");
    await ageKeys(redis, LEASE_MS);
    expect(await handedOver).toMatchObject({ kind: "turn-end", text: "I am here." });

    // It was not dead: it wakes up, and finds that the turn is another's.
    await until(() => {
      time.advance(1_000);
      return time.pendingTimers === 0;
    });
    expect(await lost).toMatchObject({ kind: "turn-error" });
    expect(await textsOf(other)).toEqual(["Is anybody there?", "I am here."]);
    expect(await textsOf(dead)).toEqual(["Is anybody there?", "I am here."]);
  });

  test("a conversation goes on in the instance that has it while Redis does not answer, and the others catch up", async () => {
    const [one, other] = [startAssistant(), startAssistant()];
    await say(one, "first");
    server.freeze();
    expect(await say(one, "second")).toMatchObject({ kind: "turn-end" });
    expect(askedIn(1)).toEqual(["first", "Hello", "second"]);
    server.thaw();
    await until(async () => (await textsOf(other)).length === 4);
    // What was asked of Redis meanwhile it did when it was back: a turn that nobody has ends with its lease.
    await ageKeys(redis, LEASE_MS);
    await say(other, "third");
    expect(askedIn(2)).toEqual(["first", "Hello", "second", "Hello", "third"]);
  });
});
