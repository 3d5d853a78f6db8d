import { firstOfMonth } from "#concerns/analytics/savings/billing-period.ts";
import { percentOf, shortfall } from "#concerns/analytics/savings/money.ts";
import { orFail } from "#concerns/analytics/savings/or-fail.ts";
import { CHEER_FROM, sumOfRunningMonth } from "#concerns/analytics/savings/running-month.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** In dollars a month. */
const FULL_PRICE = 14;

/** `GET /api/v1/pam/savings/monthly`: the running month's savings against the full price. */
export function createSavingsMonthly(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const nowMs = clock.now();
    const found = database().then(async (opened) => sumOfRunningMonth(opened, userId, nowMs));
    const detail = "Failed to get monthly savings";
    const { actual, count } = await orFail(found, { detail, requestId, logger });
    sendJson(response, 200, {
      total_savings: actual,
      savings_count: count,
      subscription_cost: FULL_PRICE,
      savings_shortfall: shortfall(actual, FULL_PRICE),
      percentage_achieved: percentOf(actual, FULL_PRICE),
      guarantee_met: actual >= CHEER_FROM,
      billing_period_start: `${firstOfMonth(nowMs)}T00:00:00`,
      billing_period_end: toNaiveUtc(nowMs),
    });
  };
}
