import { keepFeedback } from "#concerns/chat/keep-feedback.ts";
import { requireSmall } from "#concerns/chat/require-small.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { chatThumb } from "#contracts/chat/feedback.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";

/**
 * `POST /api/v1/pam/v1/pam/feedback`: a thumb up or down for an answer; the doubled prefix is the legacy's. It answers
 * 500 to everybody and keeps nothing.
 */
export function createThumb(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, messageSizes } = dependencies;
  return async (request, response) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const given = accept(parseLegacyBody(chatThumb.request.body, body));
    requireSmall(body, "feedback", messageSizes);
    const opinion = { type: given.thumbs_up ? "thumbs_up" : "thumbs_down" };
    await keepFeedback(response, { userId, messageId: given.message_id, opinion }, dependencies);
  };
}
