import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createRateLimits } from "#pam/rate-limits/index.ts";
import { startFakeAnthropic } from "#support/fake-providers.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { createProvider } from "#support/model-fixture.ts";
import { signToken } from "#support/sign-token.ts";
import type { TestListenerOptions } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

import {
  CHAT_KEYS,
  type Claims,
  type ChatKit,
  lastConversation,
  lastPrompt,
  newUser,
  startChat,
} from "./chat-kit.ts";

const TROUBLE = "I'm having trouble processing your request right now. Please try again.";
const UNUSUAL =
  "I detected something unusual in your message. For security reasons, I can't process that request. Please rephrase your question.";
const UNAVAILABLE =
  "AI service is temporarily unavailable. Core app features remain functional. Please try again shortly.";

let kit: ChatKit;
let user: Claims;
let other: Claims;

beforeAll(async () => {
  kit = await startChat();
});
afterAll(async () => kit[Symbol.asyncDispose]());

beforeEach(() => {
  user = newUser();
  other = newUser();
  kit.ai.script({ kind: "answer", text: "Hello" });
});

const say = async (message: string, more: object = {}, claims = user) =>
  kit.call("POST", "/chat", { claims, body: { message, ...more } });

/** How many requests the provider gets meanwhile. */
async function countAsked(run: () => Promise<unknown>): Promise<number> {
  const before = kit.ai.requests.length;
  await run();
  return kit.ai.requests.length - before;
}

/** A chat with something else about it, over the same data. */
const startAnother = async (options: Partial<TestListenerOptions>): Promise<ChatKit> =>
  startChat({ database: kit.listener.database, ...options });

describe("a message", () => {
  test("is answered by the model, with all 14 keys in order", async () => {
    kit.ai.script({ kind: "answer", text: "Try the Demo Creek campground." });
    const { status, body } = await say("Where shall I camp?");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(CHAT_KEYS);
    expect(body).toMatchObject({
      response: "Try the Demo Creek campground.",
      actions: [],
      context_updates: { profile_used: "general", cached_response: false },
    });
    expect(body["session_id"]).toBe(body["conversation_id"]);
    expect(lastConversation(kit.ai)).toEqual([["user", "Where shall I camp?"]]);
  });

  test("reaches the model without personal data", async () => {
    await say("Write to jane@example.com for me");
    expect(lastConversation(kit.ai)[0]?.[1]).not.toContain("jane@example.com");
  });

  test("goes on in the conversation that it belongs to, under its name", async () => {
    kit.ai.script({ kind: "answer", text: "Hello Jo." }, { kind: "answer", text: "Jo." });
    const first = await say("My name is Jo", { session_id: "trip_1" });
    expect(first.body["conversation_id"]).toBe("trip_1");
    const id = "44444444-4444-4444-8444-444444444444";
    const second = await say("What is my name?", { session_id: "trip_1", conversation_id: id });
    expect(second.body["conversation_id"]).toBe(id);
    expect(lastConversation(kit.ai)).toEqual([
      ["user", "My name is Jo"],
      ["assistant", "Hello Jo."],
      ["user", "What is my name?"],
    ]);
    await say("What is my name?", {}, other);
    expect(lastConversation(kit.ai)).toEqual([["user", "What is my name?"]]);
  });

  test("runs tools, whose results the client is told to load", async () => {
    const spent = { amount: 12.5, category: "fuel", description: "diesel" };
    kit.ai.script(
      {
        kind: "answer",
        calls: [{ name: "create_expense", arguments: JSON.stringify(spent) }],
      },
      { kind: "answer", text: "Noted." },
    );
    const { body } = await say("I spent 12.50 on diesel");
    expect(body).toMatchObject({
      response: "Noted.",
      actions: [
        {
          type: "reload_expenses",
          entity_type: "expense",
          entity_title: "diesel",
          metadata: { amount: 12.5, category: "fuel" },
        },
      ],
    });
    // The same words again are another expense.
    kit.ai.script({ kind: "answer", text: "Again." });
    expect((await say("I spent 12.50 on diesel")).body["response"]).toBe("Again.");
  });

  test.each<[string, object, object]>([
    ["names its conversation", { session_id: "trip_1" }, { session_id: "trip_1" }],
    ["names none", {}, {}],
  ])("is a yes to what was asked before, once, of a client that %s", async (_, first, next) => {
    const calls = [{ name: "create_post", arguments: '{"content":"Hello from the road"}' }];
    const turn = [
      { kind: "answer", calls },
      { kind: "answer", text: "Shall I post it?" },
    ] as const;
    kit.ai.script(...turn, ...turn, ...turn, { kind: "answer", text: "Asked again." });
    const database = await kit.listener.database();
    const countPosts = async (): Promise<number> => {
      const posts = database.selectFrom("posts").selectAll();
      return (await posts.where("author_id", "=", user.sub).execute()).length;
    };
    await say("Post hello. Yes, go ahead", first);
    expect(await countPosts()).toBe(0);
    await say("yes", next);
    expect(await countPosts()).toBe(1);
    await say("yes please", next);
    expect(await countPosts()).toBe(1);
  });

  test("comes to the model with what is known of the user", async () => {
    const database = await kit.listener.database();
    await database
      .insertInto("profiles")
      .values({ id: user.sub, nickname: "Nomad Jo", vehicle_type: "caravan" })
      .execute();
    await say("Hello", { context: { userLocation: { lat: -17.96, lng: 122.24 } } });
    const prompt = lastPrompt(kit.ai);
    expect(prompt).toContain("Nomad Jo");
    expect(prompt).toContain("-17.96");
    expect(prompt).toContain('"is_rv":true');
  });

  test("of a user who pays is answered by the provider for those who do", async () => {
    const paid = await startFakeAnthropic();
    paid.script({ kind: "answer", text: "Of the better model." });
    await using both = await startAnother({
      providers: new Map([
        ["openai", createProvider("openai", kit.ai.baseUrl)],
        ["anthropic", createProvider("anthropic", paid.baseUrl)],
      ]),
    });
    const database = await both.listener.database();
    await database
      .insertInto("user_subscriptions")
      .values({ user_id: user.sub, plan_type: "annual" })
      .execute();
    const ask = async (claims: Claims) =>
      both.call("POST", "/chat", { claims, body: { message: "Hello" } });
    expect((await ask(user)).body["response"]).toBe("Of the better model.");
    expect((await ask(other)).body["response"]).toBe("Hello");
    await paid[Symbol.asyncDispose]();
  });
});

describe("who may chat", () => {
  test("is whoever has a token that verifies; malformed JSON is told before", async () => {
    const body = { message: "Hello" };
    expect(await kit.call("POST", "/chat", { body })).toEqual({
      status: 401,
      body: { detail: "Authorization header missing" },
    });
    const token = await signToken(user, "another-secret-0123456789-0123456789");
    const forged = await fetch(new URL("/api/v1/pam/chat", kit.listener.url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(forged.status).toBe(401);
    expect((await kit.call("POST", "/chat", { text: '{"message":' })).status).toBe(422);
  });

  test("is told every wrong field at once", async () => {
    const { status, body } = await say("   ", { context: { a: "javascript:x" }, use_case: "1" });
    expect(status).toBe(422);
    expect(body["detail"]).toMatchObject([
      { loc: ["body", "message"], type: "string_too_short" },
      {
        loc: ["body", "context"],
        msg: "Value error, Context validation failed: Potentially dangerous content detected",
      },
      { loc: ["body", "use_case"] },
    ]);
    const fields = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, at]));
    expect((await say("Hi", { context: fields })).body).toMatchObject({
      detail: [
        {
          msg: "Value error, Context validation failed: Context cannot have more than 50 fields",
        },
      ],
    });
  });

  test("may do so 30 times a minute, is then told when, and from the fifth time on refused", async () => {
    const clock = createManualClock();
    await using limited = await startAnother({
      dependencies: { rateLimits: createRateLimits({ redis: undefined, clock }) },
    });
    const ask = async (claims = user) =>
      limited.call("POST", "/chat", { claims, body: { message: "Hi" } });
    for (let at = 0; at < 30; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      expect((await ask()).status).toBe(200);
    }
    clock.advance(1_500);
    for (let at = 0; at < 4; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      expect(await ask()).toEqual({
        status: 429,
        body: {
          detail: {
            error: "Rate limit exceeded",
            message: "Too many requests. Try again in 58 seconds.",
            rate_limit_info: { remaining: 0, reset_in_seconds: 58, limit_type: "rest_api" },
          },
        },
      });
    }
    expect(await ask()).toEqual({
      status: 403,
      body: { detail: "Access denied due to repeated rate limit violations" },
    });
    expect((await ask(other)).status).toBe(200);
    clock.advance(60_000);
    expect((await ask()).status).toBe(200);
  });
});

describe("a message that is held against its user", () => {
  test("is told in the answer, by its words, and from the fifth on otherwise", async () => {
    const contents = [];
    for (let at = 0; at < 5; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const { status, body } = await say("select spots from map where x");
      expect(status).toBe(200);
      expect(body).toMatchObject({
        response:
          "I'm having trouble accessing location services right now. Could you be more specific about the area you're asking about?",
        context_updates: null,
      });
      contents.push(body["actions"]);
    }
    const rejected = "400: Message contains suspicious content and was rejected";
    expect(contents[3]).toEqual([{ type: "error", content: rejected }]);
    expect(contents[4]).toEqual([
      { type: "error", content: "403: Access denied due to security policy violations" },
    ]);
  });

  test.each([
    ["drop table weather x", "I'd love to check the weather for you!"],
    ["delete from route x", "I'm unable to provide routing information right now."],
    ["insert into x", UNAVAILABLE],
  ])("%j is answered for what it is about", async (message, start) => {
    const { body } = await say(`${message} y`);
    expect(String(body["response"])).toMatch(new RegExp(`^${start.replaceAll(".", "\\.")}`, "u"));
  });

  test("for its size is told the sizes as the legacy's language prints them", async () => {
    const { body } = await say("&".repeat(2_000));
    expect(body["actions"]).toEqual([
      {
        type: "error",
        content: expect.stringMatching(
          /^413: \{'error': 'Message size violation', .*'field_violations': \{'message': "Field 'message' length 18000 exceeds limit 5000"\}\}$/u,
        ),
      },
    ]);
    for (let at = 0; at < 3; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await say("&".repeat(2_000));
    }
    expect((await say("&".repeat(2_000))).body["actions"]).toEqual([
      { type: "error", content: "403: Access denied due to repeated message size violations" },
    ]);
  });

  test("for its context is told the size of the whole", async () => {
    const context = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`k${at}`, "x".repeat(900)]),
    );
    const { body } = await say("Hi", { context, session_id: "a" });
    expect(JSON.stringify(body["actions"])).toMatch(/exceeds limit of 32\.0KB for rest_api_chat/u);
  });

  test("as an injection has the legacy's sentence, and is not counted", async () => {
    const asked = await countAsked(async () => {
      const { body } = await say("Where can we go dancing?");
      expect(body).toMatchObject({ response: UNUSUAL, actions: [] });
    });
    expect(asked).toBe(0);
  });

  test("for part of a word is answered where whole words count", async () => {
    await using strict = await startAnother({ flags: { "pam.safety.strict-words": "on" } });
    const body = { message: "Dancing in Jordan: fish & chips, money=50?" };
    const answer = await strict.call("POST", "/chat", { claims: user, body });
    expect(answer.body["response"]).toBe("Hello");
    expect(lastConversation(strict.ai)[0]?.[1]).toBe(body.message);
  });
});

describe("an answer that is not to be had", () => {
  test("is the legacy's sentence, and the history knows nothing of the message", async () => {
    kit.ai.script({ kind: "status", status: 400 });
    const { status, body } = await say("Hello there");
    expect(status).toBe(200);
    expect(body).toMatchObject({ response: TROUBLE, actions: [] });
    kit.ai.script({ kind: "answer", text: "Back again." });
    expect((await say("Are you there?")).body["response"]).toBe("Back again.");
    expect(lastConversation(kit.ai)).toEqual([["user", "Are you there?"]]);
  });

  test("is not waited for longer than 27 seconds", async () => {
    const time = createManualTime();
    await using slow = await startAnother({ dependencies: { scheduler: time.scheduler } });
    slow.ai.script({ kind: "slow-headers" });
    slow.ai.onStall(() => {
      time.advance(27_000);
    });
    const body = { message: "Hello" };
    const answer = await slow.call("POST", "/chat", { claims: user, body });
    expect(answer.body["response"]).toBe(TROUBLE);
    await slow.ai.idle();
  });

  test("does not ask for what was done already to be asked for again", async () => {
    const time = createManualTime();
    await using slow = await startAnother({ dependencies: { scheduler: time.scheduler } });
    const spent = JSON.stringify({ amount: 12.5, category: "fuel" });
    slow.ai.script(
      { kind: "answer", calls: [{ name: "create_expense", arguments: spent }] },
      { kind: "slow-headers" },
    );
    slow.ai.onStall(() => {
      time.advance(27_000);
    });
    const body = { message: "I spent 12.50 on fuel" };
    const answer = await slow.call("POST", "/chat", { claims: user, body });
    expect(answer.body).toMatchObject({
      response: expect.stringContaining("Recorded $12.50"),
      actions: [{ type: "reload_expenses" }],
    });
    expect(answer.body["response"]).not.toMatch(/try again/iu);
    await slow.ai.idle();
  });

  test("is given up as the client leaves, with nothing left behind", async () => {
    const client = new AbortController();
    kit.ai.script({ kind: "slow-headers" });
    kit.ai.onStall(() => {
      client.abort();
    });
    const token = await signToken(user);
    const left = fetch(new URL("/api/v1/pam/chat", kit.listener.url), {
      method: "POST",
      signal: client.signal,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ message: "Never mind" }),
    });
    await expect(left).rejects.toThrow("aborted");
    await kit.ai.idle();
    kit.ai.script({ kind: "answer", text: "Here." });
    expect((await say("Hello")).body["response"]).toBe("Here.");
    expect(lastConversation(kit.ai)).toEqual([["user", "Hello"]]);
  });
});

describe("the same message again", () => {
  test("has the same answer, and the model is not asked", async () => {
    kit.ai.script({ kind: "answer", text: "One." }, { kind: "answer", text: "Two." });
    const asked = await countAsked(async () => {
      await say("Tell me");
      const again = await say("Tell me");
      expect(again.body).toMatchObject({
        response: "One.",
        context_updates: { profile_used: "general", cached_response: true },
      });
    });
    expect(asked).toBe(1);
  });

  test("has the one answer while it is being given, and is no other user's", async () => {
    const asked = await countAsked(async () => {
      const texts = await Promise.all([
        say("Do it", { context: { timestamp: 1 } }),
        say("Do it", { context: { timestamp: 2 } }),
        say("Do it", { context: { timestamp: 1 } }, other),
      ]);
      expect(texts.map(({ body }) => body["response"])).toEqual(["Hello", "Hello", "Hello"]);
    });
    expect(asked).toBe(2);
  });

  test("has an answer of its own for another user, in another situation, and after something else", async () => {
    const asked = await countAsked(async () => {
      await say("Tell me");
      await say("Tell me", {}, other);
      await say("Tell me", { context: { language: "fr" } });
      await say("Something else");
      await say("Tell me");
    });
    expect(asked).toBe(5);
  });

  test("has what was put there to be said, for the user who put it", async () => {
    await using warmed = await startAnother({ flags: { "pam.cache": "on" } });
    const items = [
      { message: "Opening hours?", user_id: user.sub, response: { response: "Nine to five." } },
      { message: "Where?", user_id: user.sub, response: "Here." },
      { message: "Broken?", user_id: user.sub, response: [1] },
    ];
    await warmed.call("POST", "/cache/warm", { claims: user, body: items });
    const ask = async (message: string, claims = user) => {
      const { body } = await warmed.call("POST", "/chat", {
        claims,
        body: { message },
      });
      return body["response"];
    };
    expect(await ask("Opening hours?")).toBe("Nine to five.");
    expect(await ask("Where?")).toBe("Here.");
    expect(await ask("Broken?")).toBe("Hello");
    expect(await ask("Opening hours?", other)).toBe("Hello");
  });
});

async function rowsOf(userId: string) {
  const database = await kit.listener.database();
  return database
    .selectFrom("pam_analytics_logs")
    .selectAll()
    .where("user_id", "=", userId)
    .where("event_type", "in", ["user_message", "pam_response"])
    .orderBy("id")
    .execute();
}

describe("what is written down of a chat", () => {
  test("are two rows with sizes and kinds, and no words", async () => {
    kit.ai.script({ kind: "answer", text: "A secret answer" });
    const { body } = await say("A secret question", { session_id: "s1", attachments: ["a.png"] });
    const rows = await until(async () => {
      const found = await rowsOf(user.sub);
      return found.length === 2 && found;
    });
    expect(rows).toMatchObject([
      {
        event_type: "user_message",
        session_id: "s1",
        success: true,
        response_time_ms: null,
        event_data: { message_length: 17, attachments: 1, voice_input: false },
      },
      {
        event_type: "pam_response",
        session_id: "s1",
        success: true,
        error_message: null,
        event_data: { message_id: body["message_id"], response_length: 15, actions: [] },
      },
    ]);
    expect(rows[1]?.response_time_ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(rows)).not.toContain("secret");
  });

  test("says what went wrong", async () => {
    kit.ai.script({ kind: "status", status: 400 });
    await say("Hello");
    const [, row] = await until(async () => {
      const found = await rowsOf(user.sub);
      return found.length === 2 && found;
    });
    expect(row).toMatchObject({
      success: false,
      has_error: true,
      error_message: "model-failed: bad-request",
    });
  });

  test("is nothing where the user does not want it", async () => {
    const database = await kit.listener.database();
    await database
      .insertInto("user_settings")
      .values({ user_id: user.sub, privacy_preferences: { data_collection: false } })
      .execute();
    await say("Hello");
    await say("Hello", {}, other);
    await until(async () => (await rowsOf(other.sub)).length === 2);
    expect(await rowsOf(user.sub)).toEqual([]);
  });
});
