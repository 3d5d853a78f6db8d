import { listNewest } from "#concerns/analytics/savings/event-rows.ts";
import { NO_SUCH_DATA, nothingOn, orFail } from "#concerns/analytics/savings/or-fail.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsSavingsRecent } from "#contracts/analytics/savings-reads.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";

/** `GET /api/v1/pam/savings/recent`: the newest rows as they are; none of a negative number. */
export function createSavingsRecent(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const { limit } = accept(
      parseLegacyQuery(analyticsSavingsRecent.request.query, searchOf(request)),
    );

    const found = database()
      .then(async (opened) => listNewest(opened, { userId, limit }))
      .catch(nothingOn(NO_SUCH_DATA));
    const detail = "Failed to get recent savings: The database is not available";
    const events = (await orFail(found, { detail, requestId, logger })) ?? [];
    sendJson(response, 200, { success: true, events, count: events.length });
  };
}
