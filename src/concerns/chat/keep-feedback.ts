import type { ServerResponse } from "node:http";

import { z } from "zod";

import { refuseFrequent } from "#concerns/chat/admit-user.ts";
import { requireStorable } from "#concerns/chat/require-storable.ts";
import { sendSuccess } from "#concerns/chat/send-success.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { AppError } from "#platform/errors.ts";

export interface Feedback {
  readonly userId: string;
  readonly messageId: string;
  /** What is thought of it; it is kept as JSON text. */
  readonly opinion: Readonly<Record<string, string | number | boolean>>;
}

const isUserId = (userId: string): boolean => z.guid().safeParse(userId).success;

/**
 * Keeps what a user thinks of an answer, five times a minute at most, and answers them. The limit is the one that the
 * legacy made for it and never charged.
 */
export async function keepFeedback(
  response: ServerResponse,
  { userId, messageId, opinion }: Feedback,
  { clock, database, rateLimits }: Pick<ConcernDependencies, "clock" | "database" | "rateLimits">,
): Promise<void> {
  const { isAllowed, usage } = await rateLimits.feedback.take(userId);
  if (!isAllowed) {
    refuseFrequent(response, "feedback", usage.resetMs);
    return;
  }
  requireStorable({ messageId, opinion });
  if (!isUserId(userId)) {
    throw new AppError("NOT_FOUND", undefined, { detail: "There is no such user" });
  }
  const opened = await database();
  await opened
    .insertInto("pam_feedback")
    .values({
      user_id: userId,
      message_id: messageId,
      feedback: JSON.stringify(opinion),
      timestamp: new Date(clock.now()).toISOString(),
    })
    .execute();
  sendSuccess(response, "Thank you for your feedback", clock.now());
}
