import { z } from "zod";

import type { ArchivedStore } from "#pam/store/index.ts";
import type { Database } from "#platform/database/index.ts";

export interface PageOptions {
  readonly userId: string;
  /** As the client names it, or as the database does; the newest one where it is not named. */
  readonly conversationId?: string | undefined;
  /** From 1 on; the first has the newest messages. */
  readonly page: number;
  readonly limit: number;
}

export interface ConversationMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  /** ISO 8601 with an offset. */
  readonly at: string | null;
}

export interface Conversation {
  /** As the client names it. */
  readonly name: string;
  readonly title: string | null;
  readonly messageCount: number;
  /** ISO 8601 with an offset. */
  readonly startedAt: string | null;
  readonly lastActivity: string | null;
}

export interface ConversationPage {
  readonly conversation: Conversation | undefined;
  /** Oldest first. */
  readonly messages: readonly ConversationMessage[];
  readonly hasMore: boolean;
}

/** A user's own conversations, and nobody else's. Rejects where the database fails. */
export interface Conversations {
  /** A conversation that does not exist has no messages. */
  readPage(options: PageOptions): Promise<ConversationPage>;
  /** One conversation, or all of them. The assistant does not remember it either from then on. */
  forget(userId: string, conversationId?: string): Promise<void>;
}

export interface ConversationsOptions {
  readonly database: () => Promise<Database>;
  readonly store: Pick<ArchivedStore, "settled" | "forget" | "forgetRecent">;
}

/** Nobody reads further back. */
const MAX_OFFSET = 100_000;
const NOTHING: ConversationPage = { conversation: undefined, messages: [], hasMore: false };

/** No text of the database has a NUL in it. */
const isStorable = (name: string | undefined): boolean => name?.includes("\0") !== true;

const isUuid = (text: string): boolean => z.guid().safeParse(text).success;

/** The rows of a user, or the ones that a name means. */
function selectConversations(database: Database, userId: string, name: string | undefined) {
  const own = database.selectFrom("pam_conversations").where("user_id", "=", userId);
  if (name === undefined) return own;
  return own.where((eb) =>
    isUuid(name)
      ? eb.or([eb("session_id", "=", name), eb("id", "=", name)])
      : eb("session_id", "=", name),
  );
}

async function listMessages(
  database: Database,
  conversationId: string,
  { page, limit }: PageOptions,
): Promise<Pick<ConversationPage, "messages" | "hasMore">> {
  const rows = await database
    .selectFrom("pam_messages")
    .select(["id", "role", "content", "created_at as at"])
    .where("conversation_id", "=", conversationId)
    .where("role", "in", ["user", "assistant"])
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .offset((page - 1) * limit)
    .limit(limit + 1)
    .execute();
  return { messages: rows.slice(0, limit).toReversed(), hasMore: rows.length > limit };
}

async function removeConversation(database: Database, userId: string, name: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const rows = await selectConversations(transaction, userId, name).select("id").execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return;
    await transaction.deleteFrom("pam_messages").where("conversation_id", "in", ids).execute();
    await transaction.deleteFrom("pam_conversations").where("id", "in", ids).execute();
  });
}

export function createConversations({ database, store }: ConversationsOptions): Conversations {
  return {
    async readPage(options) {
      const { userId, conversationId, page, limit } = options;
      if (!isUuid(userId) || (page - 1) * limit > MAX_OFFSET) return NOTHING;
      if (!isStorable(conversationId)) return NOTHING;
      await store.settled(userId);
      const opened = await database();
      const row = await selectConversations(opened, userId, conversationId)
        .select(["id", "session_id", "title", "message_count", "created_at", "last_activity"])
        .orderBy("last_activity", (order) => order.desc().nullsLast())
        .orderBy("created_at", "desc")
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return NOTHING;
      return {
        conversation: {
          name: row.session_id,
          title: row.title,
          messageCount: row.message_count ?? 0,
          startedAt: row.created_at,
          lastActivity: row.last_activity,
        },
        ...(await listMessages(opened, row.id, options)),
      };
    },

    async forget(userId, conversationId) {
      if (conversationId === undefined || !isUuid(userId)) {
        await store.forget(userId);
        return;
      }
      if (!isStorable(conversationId)) return;
      await store.settled(userId);
      await removeConversation(await database(), userId, conversationId);
      await store.forgetRecent(userId);
    },
  };
}
