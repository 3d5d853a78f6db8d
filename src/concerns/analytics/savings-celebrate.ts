import { orFail } from "#concerns/analytics/savings/or-fail.ts";
import { CHEER_FROM, sumOfRunningMonth } from "#concerns/analytics/savings/running-month.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";

/** `GET /api/v1/pam/savings/celebrate`: whether the running month's savings are worth a cheer. */
export function createSavingsCelebrate(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const nowMs = clock.now();
    const found = database().then(async (opened) => sumOfRunningMonth(opened, userId, nowMs));
    const detail = "Failed to check celebration status";
    const { actual: total } = await orFail(found, { detail, requestId, logger });
    const isDue = total >= CHEER_FROM;
    sendJson(response, 200, {
      should_celebrate: isDue,
      total_savings: total,
      threshold: CHEER_FROM,
      message: isDue ? `PAM saved you $${total.toFixed(2)} this month!` : null,
    });
  };
}
