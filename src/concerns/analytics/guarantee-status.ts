import { readBillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { toGuaranteeStatus } from "#concerns/analytics/savings/guarantee.ts";
import { NO_SUCH_DATA, nothingOn, orFail } from "#concerns/analytics/savings/or-fail.ts";
import { findOrMakeSummary } from "#concerns/analytics/savings/summary-rows.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsGuaranteeStatus } from "#contracts/analytics/savings-periods.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { AppError } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/guarantee-status`: from the month's summary. */
export function createGuaranteeStatus(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(
      parseLegacyQuery(analyticsGuaranteeStatus.request.query, searchOf(request)),
    );
    const nowMs = clock.now();
    const reading = readBillingPeriod(query.month, nowMs);
    if (!reading.ok) {
      const detail = `Failed to get guarantee status: ${reading.problem}`;
      throw new AppError("REQUEST_MALFORMED", undefined, { detail });
    }

    const { period } = reading;
    const found = database()
      .then(async (opened) => findOrMakeSummary(opened, userId, { period, nowMs }))
      .catch(nothingOn(NO_SUCH_DATA));
    const detail = "Failed to get guarantee status: The database is not available";
    const summary = await orFail(found, { detail, requestId, logger });
    const guarantee_status = toGuaranteeStatus(summary, period);
    sendJson(response, 200, { success: true, guarantee_status });
  };
}
