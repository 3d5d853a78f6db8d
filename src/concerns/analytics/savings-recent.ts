import { listNewest, type SavingsRow } from "#concerns/analytics/savings/event-rows.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsSavingsRecent } from "#contracts/analytics/savings-reads.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { toMessage } from "#platform/errors.ts";

/** `GET /api/v1/pam/savings/recent`: the newest rows as they are; none where the database fails. */
export function createSavingsRecent(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const { limit } = accept(
      parseLegacyQuery(analyticsSavingsRecent.request.query, searchOf(request)),
    );

    let events: readonly SavingsRow[];
    try {
      events = await listNewest(await database(), { userId, limit });
    } catch (error) {
      logger.warn({ requestId, error: toMessage(error) }, "Cannot list savings events");
      events = [];
    }
    sendJson(response, 200, { success: true, events, count: events.length });
  };
}
