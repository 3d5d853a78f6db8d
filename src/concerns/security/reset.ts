import { requireAdministrator } from "#concerns/administrator.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** `POST /api/v1/pam/security/reset`: forgets the violations of all users. For administrators only. */
export function createReset({
  authenticator,
  clock,
  violations,
  logger,
}: ConcernDependencies): NativeHandler {
  return async (request, response, { requestId }) => {
    const principal = await authenticator.verifyHeader(request.headers.authorization);
    requireAdministrator(principal);
    await violations.clear();
    logger.warn({ requestId, userId: principal.userId }, "The security counters were reset");
    sendJson(response, 200, {
      success: true,
      message: "Security counters reset",
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
