import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createConversations, type Conversations } from "#pam/conversations/index.ts";
import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";

const ME = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

let opened: OpenDatabase;
let database: Database;
let conversations: Conversations;
let told: string[];

const tell = (what: string) => async (userId: string) => {
  told.push(`${what} ${userId.slice(0, 1)}`);
};

beforeAll(async () => {
  opened = await openEmbedded();
  database = opened.database;
  conversations = createConversations({
    database: async () => database,
    store: {
      settled: tell("settled"),
      forget: tell("forget"),
      forgetRecent: tell("forget recent"),
    },
  });
});
afterAll(async () => opened.close());

const minute = (at: number): string => new Date(at * 60_000).toISOString();

async function converse(userId: string, name: string, at: number): Promise<string> {
  const { id } = await database
    .insertInto("pam_conversations")
    .values({
      user_id: userId,
      session_id: name,
      created_at: minute(at),
      last_activity: minute(at),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const line = (role: string, content: string, more: number) => ({
    conversation_id: id,
    role,
    content,
    created_at: minute(at + more),
  });
  await database
    .insertInto("pam_messages")
    .values([
      line("user", `Q of ${name}`, 0),
      line("system", "not shown", 1),
      line("assistant", `A of ${name}`, 2),
    ])
    .execute();
  return id;
}

beforeEach(async () => {
  told = [];
  await database.deleteFrom("pam_messages").execute();
  await database.deleteFrom("pam_conversations").execute();
});

const read = async (conversationId?: string, userId = ME) =>
  conversations.readPage({ userId, conversationId, page: 1, limit: 10 });
const textsOf = async (conversationId?: string, userId = ME): Promise<readonly string[]> =>
  (await read(conversationId, userId)).messages.map(({ content }) => content);

describe("a page", () => {
  test("is of the last conversation, or of the one that is named, once all of it is written", async () => {
    const first = await converse(ME, "first", 1);
    await converse(ME, "second", 10);
    expect(await textsOf()).toEqual(["Q of second", "A of second"]);
    expect(await textsOf("first")).toEqual(["Q of first", "A of first"]);
    expect(await textsOf(first)).toEqual(["Q of first", "A of first"]);
    expect(told).toEqual(["settled 1", "settled 1", "settled 1"]);
    expect((await read("first")).conversation).toMatchObject({ name: "first", messageCount: 0 });
  });

  test("begins with the newest, and says whether there is more", async () => {
    await converse(ME, "first", 1);
    const page = async (number: number) =>
      conversations.readPage({ userId: ME, conversationId: "first", page: number, limit: 1 });
    expect(await page(1)).toMatchObject({ messages: [{ role: "assistant" }], hasMore: true });
    expect(await page(2)).toMatchObject({ messages: [{ role: "user" }], hasMore: false });
    expect(await page(3)).toMatchObject({ messages: [], hasMore: false });
    expect(await page(1_000_000)).toMatchObject({ conversation: undefined, messages: [] });
  });

  test("of another user's conversation is empty, and so is one without an account", async () => {
    const foreign = await converse(OTHER, "theirs", 1);
    expect(await textsOf("theirs")).toEqual([]);
    expect(await textsOf(foreign)).toEqual([]);
    expect(await textsOf(undefined, "auth0|1")).toEqual([]);
    expect(await textsOf("a\0b")).toEqual([]);
  });
});

describe("what is forgotten", () => {
  test("is everything where nothing is named", async () => {
    await conversations.forget(ME);
    await conversations.forget("auth0|1", "any");
    expect(told).toEqual(["forget 1", "forget a"]);
  });

  test("is the conversation that is named, and nobody else's", async () => {
    await converse(ME, "first", 1);
    const second = await converse(ME, "second", 2);
    await converse(OTHER, "first", 3);
    await conversations.forget(ME, "first");
    expect(told).toEqual(["settled 1", "forget recent 1"]);
    expect(await textsOf("first")).toEqual([]);
    expect(await textsOf("first", OTHER)).toHaveLength(2);
    await conversations.forget(ME, second);
    expect(await textsOf()).toEqual([]);
  });

  test("is nothing for a name that nothing has", async () => {
    await converse(ME, "first", 1);
    await conversations.forget(ME, "none");
    await conversations.forget(ME, "a\0b");
    expect(await textsOf()).toHaveLength(2);
  });
});
