import { keepFeedback } from "#concerns/chat/keep-feedback.ts";
import { requireSmall } from "#concerns/chat/require-small.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { chatFeedback } from "#contracts/chat/feedback.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";

/** `POST /api/v1/pam/feedback`: a rating of an answer. The legacy answers 500 to everybody and keeps nothing. */
export function createFeedback(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, messageSizes } = dependencies;
  return async (request, response) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const given = accept(parseLegacyBody(chatFeedback.request.body, body));
    requireSmall(body, "feedback", messageSizes);
    const { message_id: messageId, rating, feedback_type: type, feedback_text: text } = given;
    const opinion = { type, rating, ...(text !== null && { text }) };
    await keepFeedback(response, { userId, messageId, opinion }, dependencies);
  };
}
