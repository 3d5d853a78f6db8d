import { describe, expect, test } from "vitest";

import { OFFLINE_LABEL } from "#pam/providers/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { createCaller } from "#support/native-caller.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { startTestListener } from "#support/test-listener.ts";

import { lastConversation, newUser, startChat } from "./chat-kit.ts";

/** Nobody needs one to chat; and where there is none, nothing is shared by way of it. */
const noDatabase = async () => Promise.reject(new Error("There is no database"));

test("without a key the offline provider answers, and says so", async () => {
  await using listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.chat": "on" },
    database: noDatabase,
  });
  const body = { message: "Good morning" };
  const answer = await createCaller(listener)("POST", "/chat", { claims: newUser(), body });
  expect(answer.status).toBe(200);
  expect(answer.body["response"]).toMatch(OFFLINE_LABEL);
});

const connect = (url: string): Redis =>
  createRedis({
    url,
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics({ version: "0.0.0" }),
  });

describe.skipIf(isSkipped("Redis", redisProblem()))("two instances with one Redis", () => {
  test("go on in one conversation, share answers and what is held against a user", async () => {
    await using server = await startRedis();
    const [first, second] = [connect(server.url), connect(server.url)];
    const flags = { "pam.store.redis": "on" } as const;
    await using one = await startChat({ redis: first, flags, database: noDatabase });
    await using two = await startChat({ redis: second, flags, database: noDatabase });
    const user = newUser();
    const ask = async (kit: typeof one, message: string) =>
      kit.call("POST", "/chat", { claims: user, body: { message } });

    one.ai.script({ kind: "answer", text: "Hello Jo." });
    await ask(one, "My name is Jo");
    await ask(two, "What is my name?");
    expect(lastConversation(two.ai)).toEqual([
      ["user", "My name is Jo"],
      ["assistant", "Hello Jo."],
      ["user", "What is my name?"],
    ]);
    const again = await ask(one, "What is my name?");
    expect(again.body).toMatchObject({
      response: "Hello",
      context_updates: { cached_response: true },
    });

    for (const kit of [one, two, one, two]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await ask(kit, "select a from b x");
    }
    expect((await ask(one, "select a from b x")).body["actions"]).toEqual([
      { type: "error", content: "403: Access denied due to security policy violations" },
    ]);
    await first.close();
    await second.close();
  }, 30_000);
});
