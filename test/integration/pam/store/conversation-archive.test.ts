import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createConversationArchive, type HistoryMessage } from "#pam/store/index.ts";
import { systemClock } from "#platform/clock.ts";
import { openDatabase, type OpenDatabase } from "#platform/database/index.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { silentLogger } from "#platform/logger.ts";
import { postgresProblem, startPostgres, type Postgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";

const USER = "aaaaaaaa-0000-4000-8000-0000000000a1";
const OTHER = "aaaaaaaa-0000-4000-8000-0000000000a2";
const THIRD = "aaaaaaaa-0000-4000-8000-0000000000a3";
const FOURTH = "aaaaaaaa-0000-4000-8000-0000000000a4";
const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

const says = (text: string): HistoryMessage => ({ role: "user", text });
const answers = (text: string): HistoryMessage => ({ role: "assistant", text });

interface Kind {
  readonly name: string;
  readonly problem: string | undefined;
  /** Gives the address of an empty one with the tables made; the embedded one has none. */
  readonly start: () => Promise<Pick<Postgres, "url"> & Partial<AsyncDisposable>>;
}

async function startWithTables(): Promise<Postgres> {
  const server = await startPostgres();
  const opened = await openDatabase({ url: server.url, clock: systemClock, logger: silentLogger });
  for (const statement of createTablesSql().split(";\n")) {
    // oxlint-disable-next-line no-await-in-loop -- one statement at a time, in order
    await sql.raw(statement).execute(opened.database);
  }
  await opened.close();
  return server;
}

const KINDS: readonly Kind[] = [
  { name: "the embedded database", problem: undefined, start: async () => ({ url: "" }) },
  { name: "Postgres", problem: postgresProblem(), start: startWithTables },
];

describe.each(KINDS)("the archive of conversations in $name", ({ name, problem, start }) => {
  describe.skipIf(isSkipped(name, problem))("there", () => {
    let server: Awaited<ReturnType<typeof start>>;
    let opened: OpenDatabase;
    beforeAll(async () => {
      server = await start();
      opened = await openDatabase({
        url: server.url === "" ? undefined : server.url,
        clock: systemClock,
        logger: silentLogger,
      });
    }, 60_000);
    afterAll(async () => {
      await opened.close();
      await server[Symbol.asyncDispose]?.();
    });

    test("a turn is written as texts under its conversation", async () => {
      const archive = createConversationArchive(async () => opened.database);
      const turn = {
        userId: USER,
        sessionId: "s1",
        atMs: AT_MS,
        messages: [
          says("q"),
          { role: "assistant", text: "", toolCalls: [{ id: "c1" }] },
          { role: "tool", results: [{ id: "c1" }] },
          answers("a"),
        ] as const,
      };
      await archive.record(turn);
      await archive.record({ ...turn, messages: [says("q2")], atMs: AT_MS + 1 });
      await archive.record({
        ...turn,
        sessionId: undefined,
        messages: [says("q3")],
        atMs: AT_MS + 2,
      });
      const conversations = await opened.database
        .selectFrom("pam_conversations")
        .select(["session_id", "message_count", "last_activity", "is_active"])
        .where("user_id", "=", USER)
        .orderBy("last_activity")
        .execute();
      expect(conversations).toMatchObject([
        { session_id: "s1", message_count: 3, is_active: true },
        { session_id: "default", message_count: 1, is_active: true },
      ]);
      expect(Date.parse(conversations[0]?.last_activity ?? "")).toBe(AT_MS + 1);
      expect(await archive.load(USER)).toEqual([says("q"), answers("a"), says("q2"), says("q3")]);
    });

    test("a NUL that a model wrote does not keep its turn out", async () => {
      const archive = createConversationArchive(async () => opened.database);
      const messages = [says("zero?"), answers("a\0b")];
      await archive.record({ userId: FOURTH, sessionId: "s4", atMs: AT_MS, messages });
      expect(await archive.load(FOURTH)).toEqual([says("zero?"), answers("ab")]);
    });

    test("the newest 20 come back, in the order in which they were said", async () => {
      const archive = createConversationArchive(async () => opened.database);
      for (let turn = 0; turn < 15; turn += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one turn after the other
        await archive.record({
          userId: OTHER,
          sessionId: `s${turn % 2}`,
          atMs: AT_MS + turn,
          messages: [says(`q${turn}`), answers(`a${turn}`)],
        });
      }
      expect(await archive.load(OTHER)).toEqual(
        Array.from({ length: 10 }, (_, at) => [says(`q${at + 5}`), answers(`a${at + 5}`)]).flat(),
      );
    });

    test("a user is removed with all conversations, and nobody else", async () => {
      const archive = createConversationArchive(async () => opened.database);
      await archive.remove(OTHER);
      expect(await archive.load(OTHER)).toEqual([]);
      expect(await archive.load(USER)).toHaveLength(4);
      const orphans = await sql<{ count: number }>`
      select count(*)::int as count from pam_messages
      where conversation_id not in (select id from pam_conversations)`.execute(opened.database);
      expect(orphans.rows[0]?.count).toBe(0);
    });

    test("a user whose id is no UUID is not archived, and that is no failure", async () => {
      const archive = createConversationArchive(async () => opened.database);
      await archive.record({ userId: "u1", sessionId: "s", atMs: AT_MS, messages: [says("q")] });
      expect(await archive.load("u1")).toEqual([]);
      await archive.remove("u1");
    });

    test("where a user may have one conversation only, it takes every session's messages", async () => {
      const archive = createConversationArchive(async () => opened.database);
      await sql`create unique index one_each on pam_conversations (user_id)
      where user_id = ${sql.lit(THIRD)}`.execute(opened.database);
      const turn = { userId: THIRD, sessionId: "s1", atMs: AT_MS, messages: [says("1")] };
      await archive.record(turn);
      await archive.record({ ...turn, sessionId: "s2", atMs: AT_MS + 1, messages: [says("2")] });
      expect(await archive.load(THIRD)).toEqual([says("1"), says("2")]);
    });
  });
});
