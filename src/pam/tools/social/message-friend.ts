import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { text, uuid } from "../arguments.ts";
import { toJsonObject } from "../common/json-object.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { isFollowing } from "./profiles.ts";

const MAX_AN_HOUR = 10;
const HOUR_MS = 3_600_000;

interface Direct {
  readonly senderId: string;
  readonly recipientId: string;
}

/** The recipient's word counts: nobody, or only people that the recipient follows. */
async function requireWelcome(
  database: Database,
  { senderId, recipientId }: Direct,
): Promise<void> {
  const recipient = await database
    .selectFrom("profiles")
    .select("id")
    .where("id", "=", recipientId)
    .executeTakeFirst();
  if (recipient === undefined) throw new ToolError("NOT_FOUND", "There is no such user");
  const privacy = await database
    .selectFrom("privacy_settings")
    .select("allow_messages")
    .where("user_id", "=", recipientId)
    .executeTakeFirst();
  const settings = await database
    .selectFrom("user_settings")
    .select("privacy_preferences")
    .where("user_id", "=", recipientId)
    .executeTakeFirst();
  const wish = toJsonObject(settings?.privacy_preferences ?? null)["allow_messages"];
  const isClosed = privacy?.allow_messages === false || wish === "none";
  const isForFriends = wish === "friends" && !(await isFollowing(database, recipientId, senderId));
  if (isClosed || isForFriends) {
    throw new ToolError("NOT_ALLOWED", "This user does not take messages from the sender");
  }
}

async function requireQuota(database: Database, senderId: string, sinceMs: number): Promise<void> {
  const { sent } = await database
    .selectFrom("messages")
    .select((eb) => eb.fn.countAll<number>().as("sent"))
    .where("sender_id", "=", senderId)
    .where("created_at", ">", new Date(sinceMs).toISOString())
    .executeTakeFirstOrThrow();
  if (sent >= MAX_AN_HOUR) {
    throw new ToolError(
      "LIMIT_REACHED",
      `Rate limit reached: maximum ${MAX_AN_HOUR} messages per hour`,
    );
  }
}

export const messageFriend = defineTool({
  name: "message_friend",
  description:
    "Send another user a direct message, once the user has confirmed it. At most 10 an hour.",
  category: "social",
  access: "write",
  triggers: /\bmessage (?:my|a|to)\b|\b(?:send|write)\b.{0,40}\b(?:message|dm)\b|\btext my\b/iu,
  needs: ["database"],
  confirmationPrompt:
    "I'm about to send a direct message to another user. Please confirm by saying 'yes' or 'go ahead'.",
  arguments: z.object({
    recipient_id: uuid("Id of the user it goes to"),
    message: text("Text of the message, 2000 characters at most", 2_000),
  }),
  async run({ recipient_id, message }, { database, caller, clock }) {
    if (recipient_id.toLowerCase() === caller.userId.toLowerCase()) {
      throw invalidArgument("recipient_id", "must be another user");
    }
    await requireWelcome(database, { senderId: caller.userId, recipientId: recipient_id });
    await requireQuota(database, caller.userId, clock.now() - HOUR_MS);
    const row = await database
      .insertInto("messages")
      .values({
        sender_id: caller.userId,
        recipient_id,
        message,
        created_at: new Date(clock.now()).toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { success: true, message: row, message_text: "Message sent" };
  },
});
