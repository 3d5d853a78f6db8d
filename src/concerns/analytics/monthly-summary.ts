import { readBillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { NO_SUCH_DATA, nothingOn, orFail } from "#concerns/analytics/savings/or-fail.ts";
import { findOrMakeSummary } from "#concerns/analytics/savings/summary-rows.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsMonthlySummary } from "#contracts/analytics/savings-periods.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { AppError } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/monthly-summary`: the stored row of a period. */
export function createMonthlySummary(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(
      parseLegacyQuery(analyticsMonthlySummary.request.query, searchOf(request)),
    );
    const nowMs = clock.now();
    const reading = readBillingPeriod(query.month, nowMs);
    if (!reading.ok) {
      const detail = `Failed to get monthly savings summary: ${reading.problem}`;
      throw new AppError("REQUEST_MALFORMED", undefined, { detail });
    }

    const { period } = reading;
    const found = database()
      .then(async (opened) => findOrMakeSummary(opened, userId, { period, nowMs }))
      .catch(nothingOn(NO_SUCH_DATA));
    const detail = "Failed to get monthly savings summary: The database is not available";
    const summary = await orFail(found, { detail, requestId, logger });
    sendJson(response, 200, { success: true, summary: summary ?? {} });
  };
}
