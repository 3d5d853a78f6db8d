import { sendSuccess } from "#concerns/chat/send-success.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { chatHistoryDelete } from "#contracts/chat/history.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";

/**
 * `DELETE /api/v1/pam/history`: forgets one of the caller's conversations, or without a name all of them and what the
 * assistant remembers of the caller. The answers that are kept to be given again go with them.
 */
export function createHistoryDelete({
  authenticator,
  clock,
  conversations,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(parseLegacyQuery(chatHistoryDelete.request.query, searchOf(request)));
    const conversationId = query.conversation_id ?? undefined;
    await conversations.forget(userId, conversationId);
    await responseCache.forget({ owner: userId, criterion: { kind: "all" } });
    const what = conversationId === undefined ? "All conversations are" : "The conversation is";
    sendSuccess(response, `${what} forgotten`, clock.now());
  };
}
