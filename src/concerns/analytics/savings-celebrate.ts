import { CHEER_FROM, sumOfRunningMonth } from "#concerns/analytics/savings/running-month.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/celebrate`: whether the running month's savings are worth a cheer. */
export function createSavingsCelebrate(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    let total: number;
    try {
      total = (await sumOfRunningMonth(await database(), userId, clock.now())).actual;
    } catch (cause) {
      logger.warn({ requestId, error: toMessage(cause) }, "Cannot sum savings");
      const detail = "Failed to check celebration status";
      throw new AppError("INTERNAL", undefined, { detail, cause });
    }
    const isDue = total >= CHEER_FROM;
    sendJson(response, 200, {
      should_celebrate: isDue,
      total_savings: total,
      threshold: CHEER_FROM,
      message: isDue ? `PAM saved you $${total.toFixed(2)} this month!` : null,
    });
  };
}
