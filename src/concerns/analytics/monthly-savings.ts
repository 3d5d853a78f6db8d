import { z } from "zod";

import { clamp } from "#concerns/analytics/clamp.ts";
import { shortfall } from "#concerns/analytics/savings/money.ts";
import { NO_SUCH_FUNCTION, nothingOn, orFail } from "#concerns/analytics/savings/or-fail.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsMonthlySavings } from "#contracts/analytics/monthly-savings.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { callFunction } from "#platform/database/index.ts";

const FUNCTION = "calculate_monthly_pam_savings";

/** What the function may leave out has these values on the legacy. */
const rowSchema = z.object({
  total_savings: z.number().default(0),
  savings_count: z.int().default(0),
  subscription_cost: z.number().default(9.99),
  guarantee_met: z.boolean().default(false),
  percentage_achieved: z.number().default(0),
});

const UNKNOWN = rowSchema.parse({});
const NOTE = "PAM savings tracking will be enabled after database migration";

/** 0 is falsy on the legacy, and means now. An integer of any length is taken, and repeated as far as JSON can. */
const orNow = (value: number | undefined): number | undefined =>
  value === undefined || value === 0
    ? undefined
    : clamp(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** `GET /api/v1/pam/monthly-savings`: a function of the database says; where there is none, zeros with a note. */
export function createMonthlySavings(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(
      parseLegacyQuery(analyticsMonthlySavings.request.query, searchOf(request)),
    );
    const now = new Date(clock.now());
    const year = orNow(query.year) ?? now.getUTCFullYear();
    const month = orNow(query.month) ?? now.getUTCMonth() + 1;

    const given = { user_id_param: userId, year_param: year, month_param: month };
    const rows = database()
      .then(async (opened) => callFunction(opened, FUNCTION, given))
      .catch(nothingOn(NO_SUCH_FUNCTION));
    const detail = "Failed to get monthly savings status: The database is not available";
    const [row] = (await orFail(rows, { detail, requestId, logger })) ?? [];
    const found = rowSchema.safeParse(row).data;
    const { total_savings: total, subscription_cost: cost, ...rest } = found ?? UNKNOWN;
    sendJson(response, 200, {
      success: true,
      data: {
        total_savings: total,
        savings_count: rest.savings_count,
        subscription_cost: cost,
        guarantee_met: rest.guarantee_met,
        percentage_achieved: rest.percentage_achieved,
        savings_shortfall: shortfall(total, cost),
        period: { year, month },
        ...(found === undefined && { note: NOTE }),
      },
    });
  };
}
