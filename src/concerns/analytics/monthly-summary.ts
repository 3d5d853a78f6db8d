import { readBillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { findOrMakeSummary } from "#concerns/analytics/savings/summary-rows.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsMonthlySummary } from "#contracts/analytics/savings-periods.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/monthly-summary`: the stored row of a period, or `{}` where the database fails. */
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

    let summary: object;
    try {
      const at = { period: reading.period, nowMs };
      summary = await findOrMakeSummary(await database(), userId, at);
    } catch (error) {
      logger.warn({ requestId, error: toMessage(error) }, "Cannot read the month's summary");
      summary = {};
    }
    sendJson(response, 200, { success: true, summary });
  };
}
