import { readBillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { toGuaranteeStatus } from "#concerns/analytics/savings/guarantee.ts";
import {
  findOrMakeSummary,
  type MonthlySummary,
} from "#concerns/analytics/savings/summary-rows.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsGuaranteeStatus } from "#contracts/analytics/savings-periods.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/guarantee-status`: from the month's summary, or zeros where the database fails. */
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
    async function find(): Promise<MonthlySummary | undefined> {
      try {
        return await findOrMakeSummary(await database(), userId, { period, nowMs });
      } catch (error) {
        logger.warn({ requestId, error: toMessage(error) }, "Cannot read the month's summary");
        return undefined;
      }
    }

    const guarantee_status = toGuaranteeStatus(await find(), period);
    sendJson(response, 200, { success: true, guarantee_status });
  };
}
