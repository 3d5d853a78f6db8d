import { NO_SUCH_FUNCTION, nothingOn, orFail } from "#concerns/analytics/savings/or-fail.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { callFunction } from "#platform/database/index.ts";

const FUNCTION = "get_pam_savings_analytics";

const toFallback = (generated_at: string): unknown => ({
  current_month: {
    total_savings: 0,
    savings_count: 0,
    subscription_cost: 9.99,
    guarantee_met: false,
    percentage_achieved: 0,
  },
  last_month: { total_savings: 0, savings_count: 0 },
  lifetime: { total_savings: 0 },
  generated_at,
  note: "PAM savings analytics will be enabled after database migration",
});

/** One value instead of rows, which the legacy does not take. */
const isSingleValue = (row: unknown): boolean =>
  typeof row === "object" && row !== null && Object.keys(row).join() === FUNCTION;

/** `GET /api/v1/pam/savings-analytics`: the first row of a function of the database, or zeros with a note. */
export function createSavings(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);

    const rows = database()
      .then(async (opened) => callFunction(opened, FUNCTION, { user_id_param: userId }))
      .catch(nothingOn(NO_SUCH_FUNCTION));
    const detail = "Failed to get savings analytics: The database is not available";
    const [row] = (await orFail(rows, { detail, requestId, logger })) ?? [];
    const found = isSingleValue(row) ? undefined : row;
    const data = found ?? toFallback(toNaiveUtc(clock.now()));
    sendJson(response, 200, { success: true, data });
  };
}
