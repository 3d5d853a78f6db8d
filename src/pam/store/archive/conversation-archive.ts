import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { MAX_MESSAGES, type HistoryMessage } from "../history-message.ts";

export interface ArchivedTurn {
  readonly userId: string;
  readonly sessionId: string | undefined;
  readonly messages: readonly HistoryMessage[];
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * Conversations in the database, as texts: what a person would read again. Calls of tools and their results
 * are not part of it. User ids that are no UUIDs cannot be archived, and have nothing archived.
 */
export interface ConversationArchive {
  record(turn: ArchivedTurn): Promise<void>;
  /** The newest 20 messages of all conversations, oldest first. */
  load(userId: string): Promise<readonly HistoryMessage[]>;
  remove(userId: string): Promise<void>;
}

/** The column takes no null, and clients need not name their conversation. */
const UNNAMED_SESSION = "default";

const isUserId = (userId: string): boolean => z.guid().safeParse(userId).success;

interface Line {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly created_at: string;
}

/** Messages of one turn have one time; the microseconds keep their order. */
const toMoment = (atMs: number, index: number): string =>
  new Date(atMs).toISOString().replace("Z", `${String(index).padStart(3, "0")}Z`);

function toLines({ messages, atMs }: ArchivedTurn): readonly Line[] {
  return messages.flatMap((message, index) =>
    message.role === "tool" || message.text === ""
      ? []
      : [
          {
            role: message.role,
            // No text of the database has a NUL in it, and a model may write one.
            content: message.text.replaceAll("\0", ""),
            created_at: toMoment(atMs, index),
          },
        ],
  );
}

interface Conversation {
  readonly userId: string;
  readonly sessionId: string;
}

async function findConversation(
  database: Database,
  { userId, sessionId }: Conversation,
): Promise<string | undefined> {
  const row = await database
    .selectFrom("pam_conversations")
    .select("id")
    .where("user_id", "=", userId)
    .where("session_id", "=", sessionId)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** Some databases allow a user one conversation only: then it is that one, whatever its session. */
async function openConversation(
  database: Database,
  conversation: Conversation,
): Promise<string | undefined> {
  const { userId, sessionId } = conversation;
  const known = await findConversation(database, conversation);
  if (known !== undefined) return known;
  const created = await database
    .insertInto("pam_conversations")
    .values({ user_id: userId, session_id: sessionId })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (created !== undefined) return created.id;
  const other = await database
    .selectFrom("pam_conversations")
    .select("id")
    .where("user_id", "=", userId)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return other?.id;
}

async function addLines(
  database: Database,
  conversation: Conversation,
  lines: readonly Line[],
): Promise<void> {
  const id = await openConversation(database, conversation);
  const last = lines.at(-1)?.created_at;
  if (id === undefined || last === undefined) return;
  await database
    .insertInto("pam_messages")
    .values(lines.map((line) => ({ ...line, conversation_id: id })))
    .execute();
  await database
    .updateTable("pam_conversations")
    .set((column) => ({
      message_count: column(column.fn.coalesce("message_count", column.lit(0)), "+", lines.length),
      last_activity: last,
      updated_at: last,
      is_active: true,
    }))
    .where("id", "=", id)
    .execute();
}

/** The database is opened by the first turn. */
export function createConversationArchive(open: () => Promise<Database>): ConversationArchive {
  return {
    async record(turn) {
      const { userId, sessionId = UNNAMED_SESSION } = turn;
      const lines = toLines(turn);
      if (lines.length === 0 || !isUserId(userId)) return;
      const database = await open();
      await database
        .transaction()
        .execute(async (transaction) => addLines(transaction, { userId, sessionId }, lines));
    },

    async load(userId) {
      if (!isUserId(userId)) return [];
      const database = await open();
      const rows = await database
        .selectFrom("pam_messages")
        .innerJoin("pam_conversations", "pam_conversations.id", "pam_messages.conversation_id")
        .select(["pam_messages.role", "pam_messages.content"])
        .where("pam_conversations.user_id", "=", userId)
        .where("pam_messages.role", "in", ["user", "assistant"])
        .orderBy("pam_messages.created_at", "desc")
        .limit(MAX_MESSAGES)
        .execute();
      return rows.toReversed().map(({ role, content }) => ({
        role: role === "user" ? role : "assistant",
        text: content,
      }));
    },

    async remove(userId) {
      if (!isUserId(userId)) return;
      const database = await open();
      await database.transaction().execute(async (transaction) => {
        const conversations = transaction
          .selectFrom("pam_conversations")
          .select("id")
          .where("user_id", "=", userId);
        await transaction
          .deleteFrom("pam_messages")
          .where("conversation_id", "in", conversations)
          .execute();
        await transaction.deleteFrom("pam_conversations").where("user_id", "=", userId).execute();
      });
    },
  };
}
