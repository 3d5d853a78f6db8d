import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { createRateLimits } from "#pam/rate-limits/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

import {
  type ChatKit,
  type Claims,
  lastConversation,
  lastPrompt,
  newUser,
  startChat,
} from "./chat-kit.ts";

let kit: ChatKit;
let user: Claims;

beforeAll(async () => {
  kit = await startChat();
});
afterAll(async () => kit[Symbol.asyncDispose]());
beforeEach(() => {
  user = newUser();
  kit.ai.script({ kind: "answer", text: "Hello" });
});

const say = async (message: string, more: object = {}, claims = user) =>
  kit.call("POST", "/chat", { claims, body: { message, ...more } });
const ask = async (method: string, path: string, body?: unknown) =>
  kit.call(method, path, { claims: user, ...(body !== undefined && { body }) });

const pageSchema = z.looseObject({ messages: z.array(z.looseObject({ content: z.string() })) });
const textsOf = (body: unknown): readonly string[] =>
  pageSchema.parse(body).messages.map(({ content }) => content);

describe("the history", () => {
  test("has what was said last on its first page, the oldest of it first", async () => {
    await say("One", { session_id: "s" });
    await say("Two", { session_id: "s" });
    const { body } = await ask("GET", "/history?limit=3");
    expect(textsOf(body)).toEqual(["Hello", "Two", "Hello"]);
    expect(body).toMatchObject({
      conversation: { id: "s", message_count: 4 },
      has_more: true,
      next_cursor: "2",
    });
    const { body: older } = await ask("GET", "/history?limit=3&page=2");
    expect(textsOf(older)).toEqual(["One"]);
    expect(older).toMatchObject({ has_more: false, next_cursor: null });
  });

  test("is of one conversation: the one that is named, or the last", async () => {
    await say("In the first", { session_id: "first" });
    await say("In the second", { session_id: "second" });
    expect(textsOf((await ask("GET", "/history")).body)).toEqual(["In the second", "Hello"]);
    const named = await ask("GET", "/history?conversation_id=first");
    expect(textsOf(named.body)).toEqual(["In the first", "Hello"]);
  });

  test("finds a conversation by the database's own id, too", async () => {
    await say("By its row", { session_id: "row" });
    await ask("GET", "/history");
    const database = await kit.listener.database();
    const { id } = await database
      .selectFrom("pam_conversations")
      .select("id")
      .where("user_id", "=", user.sub)
      .executeTakeFirstOrThrow();
    const { body } = await ask("GET", `/history?conversation_id=${id}`);
    expect(textsOf(body)).toEqual(["By its row", "Hello"]);
  });

  test.each(["?conversation_id=nobodys", "?conversation_id=%00", "?page=9007199254740991"])(
    "has nothing for %s",
    async (search) => {
      await say("Something");
      const { status, body } = await ask("GET", `/history${search}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ messages: [], conversation: null, has_more: false });
    },
  );

  test("of somebody whom the database cannot know is empty", async () => {
    user = { sub: "auth0|1" };
    await say("Something");
    expect((await ask("GET", "/history")).body).toMatchObject({ messages: [] });
    expect((await ask("DELETE", "/history?conversation_id=x")).status).toBe(200);
  });

  test("is nobody else's", async () => {
    await say("Mine", { session_id: "shared" });
    user = newUser();
    const { body } = await ask("GET", "/history?conversation_id=shared");
    expect(body).toMatchObject({ messages: [], conversation: null });
    await ask("DELETE", "/history?conversation_id=shared");
  });

  test("is told what is wrong with a page", async () => {
    const { status, body } = await ask("GET", "/history?page=0&limit=101");
    expect(status).toBe(422);
    expect(body["detail"]).toMatchObject([{ loc: ["query", "page"] }, { loc: ["query", "limit"] }]);
  });
});

describe("what is deleted", () => {
  test("is not in the history, and the assistant does not know of it", async () => {
    await say("My secret is 42");
    const { body } = await ask("DELETE", "/history");
    expect(body).toMatchObject({
      success: true,
      data: null,
      message: "All conversations are forgotten",
    });
    expect((await ask("GET", "/history")).body).toMatchObject({ messages: [] });
    await say("What is my secret?");
    expect(lastConversation(kit.ai)).toEqual([["user", "What is my secret?"]]);
  });

  test("is one conversation where it is named; the others are still known", async () => {
    await say("I like the sea", { session_id: "kept" });
    await say("I hate the sea", { session_id: "gone" });
    await ask("DELETE", "/history?conversation_id=gone");
    await ask("DELETE", "/history?conversation_id=%00");
    expect(textsOf((await ask("GET", "/history")).body)).toEqual(["I like the sea", "Hello"]);
    await say("What do I like?");
    expect(lastConversation(kit.ai)).toEqual([
      ["user", "I like the sea"],
      ["assistant", "Hello"],
      ["user", "What do I like?"],
    ]);
  });

  test("is not given again from the cache", async () => {
    kit.ai.script({ kind: "answer", text: "One." }, { kind: "answer", text: "Two." });
    await say("Tell me");
    await ask("DELETE", "/history");
    expect((await say("Tell me")).body["response"]).toBe("Two.");
  });
});

describe("the context", () => {
  test("is empty at first", async () => {
    expect((await ask("GET", "/context")).body).toEqual({
      context: {
        location: null,
        budget_status: null,
        travel_plans: null,
        vehicle_info: null,
        preferences: null,
        remembered: {},
        language: null,
        last_activity: null,
      },
    });
  });

  test("has what was given, section by section, and reaches the model with the next message", async () => {
    await ask("PUT", "/context", {
      location: { lat: -16.5, lng: 145.4 },
      preferences: { quiet: "campsites only" },
    });
    await ask("PUT", "/context", {
      budget_status: { left: 120 },
      travel_plans: { next: "Cooktown" },
      vehicle_info: { type: "motorhome", name: "Bessie" },
      preferences: null,
    });
    await say("Where next?", { context: { language: "es" } });
    const prompt = lastPrompt(kit.ai);
    for (const known of ["-16.5", "campsites only", "Cooktown", "Bessie", '"left":120']) {
      expect(prompt).toContain(known);
    }
    expect((await ask("GET", "/context")).body).toMatchObject({
      context: {
        location: { lat: -16.5, lng: 145.4 },
        budget_status: { left: 120 },
        travel_plans: { next: "Cooktown" },
        vehicle_info: { type: "motorhome", name: "Bessie" },
        preferences: { quiet: "campsites only" },
        language: "es",
        last_activity: expect.stringMatching(/^\d{4}-/u),
      },
    });
  });

  test("is left out of the prompt where it would fill it", async () => {
    await ask("PUT", "/context", { preferences: { long: "x".repeat(3_000) } });
    await say("Hello");
    expect(lastPrompt(kit.ai)).not.toContain("xxx");
  });

  test("of other writers is kept beside it, whatever shape it has", async () => {
    const database = await kit.listener.database();
    await database
      .insertInto("pam_user_context")
      .values({
        user_id: user.sub,
        context_data: { theirs: 1, travel_plans: ["odd"] },
        current_location: 5,
      })
      .execute();
    await ask("PUT", "/context", { budget_status: { left: 1 } });
    const row = await database
      .selectFrom("pam_user_context")
      .select(["context_data", "current_location"])
      .where("user_id", "=", user.sub)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({
      context_data: { theirs: 1, travel_plans: ["odd"], budget_status: { left: 1 } },
      current_location: 5,
    });
    expect((await ask("GET", "/context")).body).toMatchObject({
      context: { location: null, travel_plans: null, budget_status: { left: 1 } },
    });
  });

  test("may have no number that JSON cannot say", async () => {
    for (const number of ["NaN", "Infinity", "-Infinity", "1e999"]) {
      for (const section of ["location", "preferences"]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its number
        const answer = await kit.call("PUT", "/context", {
          claims: user,
          text: `{"${section}":{"lat":${number}}}`,
        });
        expect(answer).toEqual({ status: 400, body: { detail: "Numbers must be finite" } });
      }
    }
  });

  test("may have 16 KB and no NUL", async () => {
    const large = await ask("PUT", "/context", { preferences: { k: "x".repeat(17_000) } });
    expect(large.status).toBe(413);
    const nul = await ask("PUT", "/context", { preferences: { list: [{ k: "a\0" }] } });
    expect(nul).toEqual({
      status: 400,
      body: { detail: "Texts must not contain NUL characters" },
    });
    expect((await ask("PUT", "/context", { preferences: { "a\0": 1 } })).status).toBe(400);
  });

  test("of somebody whom the database cannot know is kept by the assistant alone", async () => {
    user = { sub: "auth0|2" };
    await ask("PUT", "/context", { vehicle_info: { type: "bus" } });
    expect((await ask("GET", "/context")).body).toMatchObject({
      context: { vehicle_info: null, remembered: { vehicle_info: { type: "bus" } } },
    });
  });
});

async function feedbackOf(userId: string) {
  const database = await kit.listener.database();
  return database
    .selectFrom("pam_feedback")
    .select(["message_id", "feedback"])
    .where("user_id", "=", userId)
    .orderBy("created_at")
    .execute();
}

describe("feedback", () => {
  test("is kept with the id of the answer", async () => {
    const { body } = await say("Hello");
    const messageId = String(body["message_id"]);
    const rating = { rating: "4", feedback_type: "helpful", feedback_text: "Good" };
    const rated = await ask("POST", "/feedback", { message_id: messageId, ...rating });
    expect(rated.body).toMatchObject({ success: true, message: "Thank you for your feedback" });
    const plain = { message_id: messageId, rating: 1, feedback_type: "incorrect" };
    await ask("POST", "/feedback", plain);
    await ask("POST", "/v1/pam/feedback", { message_id: messageId, thumbs_up: true });
    await ask("POST", "/v1/pam/feedback", { message_id: messageId, thumbs_up: false });
    expect(await feedbackOf(user.sub)).toEqual([
      { message_id: messageId, feedback: '{"type":"helpful","rating":4,"text":"Good"}' },
      { message_id: messageId, feedback: '{"type":"incorrect","rating":1}' },
      { message_id: messageId, feedback: '{"type":"thumbs_up"}' },
      { message_id: messageId, feedback: '{"type":"thumbs_down"}' },
    ]);
  });

  test("of somebody whom the database cannot know is refused", async () => {
    user = { sub: "auth0|3" };
    const thumb = { message_id: "m", thumbs_up: true };
    expect(await ask("POST", "/v1/pam/feedback", thumb)).toEqual({
      status: 404,
      body: { detail: "There is no such user" },
    });
  });

  test("may be given five times a minute", async () => {
    const clock = createManualClock();
    await using limited = await startChat({
      database: kit.listener.database,
      dependencies: { rateLimits: createRateLimits({ redis: undefined, clock }) },
    });
    const give = async () =>
      limited.call("POST", "/v1/pam/feedback", {
        claims: user,
        body: { message_id: "m", thumbs_up: true },
      });
    for (let at = 0; at < 5; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      expect((await give()).status).toBe(200);
    }
    expect(await give()).toMatchObject({
      status: 429,
      body: { detail: { rate_limit_info: { limit_type: "feedback", reset_in_seconds: 60 } } },
    });
    clock.advance(60_000);
    expect((await give()).status).toBe(200);
  });
});
