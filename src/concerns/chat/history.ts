import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { chatHistory } from "#contracts/chat/history.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const toTimestamp = (moment: string | null): string | null =>
  moment === null ? null : toNaiveUtc(Date.parse(moment));

/**
 * `GET /api/v1/pam/history`: one page of the caller's conversation, the newest messages on the first; without a name
 * it is the last one. The legacy answers 500 to everybody.
 */
export function createHistory({
  authenticator,
  conversations,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(parseLegacyQuery(chatHistory.request.query, searchOf(request)));
    const { page, limit } = query;
    const conversationId = query.conversation_id ?? undefined;
    const { conversation, messages, hasMore } = await conversations.readPage({
      userId,
      conversationId,
      page,
      limit,
    });
    sendJson(response, 200, {
      messages: messages.map(({ id, role, content, at }) => ({
        id,
        role,
        content,
        timestamp: toTimestamp(at),
      })),
      conversation:
        conversation === undefined
          ? null
          : {
              id: conversation.name,
              title: conversation.title,
              message_count: conversation.messageCount,
              created_at: toTimestamp(conversation.startedAt),
              last_activity: toTimestamp(conversation.lastActivity),
            },
      has_more: hasMore,
      next_cursor: hasMore ? String(page + 1) : null,
    });
  };
}
