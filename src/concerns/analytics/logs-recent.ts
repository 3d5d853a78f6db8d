import { toLogEntry } from "#concerns/analytics/logs/log-entry.ts";
import { toAuditFilter } from "#concerns/analytics/logs/log-query.ts";
import { withLogFailure } from "#concerns/analytics/logs/with-log-failure.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { EVENT_TYPES, SEVERITY_LEVELS } from "#contracts/analytics/log-vocabulary.ts";
import { analyticsLogsRecent } from "#contracts/analytics/logs.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** `GET /api/v1/pam/logs/events/recent`: the caller's newest events. Nobody has another user's. */
export function createLogsRecent(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return withLogFailure(dependencies, async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const query = accept(parseLegacyQuery(analyticsLogsRecent.request.query, searchOf(request)));
    const { limit, user_id, ...filter } = query;
    const isOwn = user_id === null || user_id === "" || user_id === userId;
    const events = isOwn ? await auditLog.list(userId, { ...toAuditFilter(filter), limit }) : [];
    sendJson(response, 200, {
      success: true,
      events: events.map(toLogEntry),
      total_events: events.length,
      filters_applied: {
        event_type: query.event_type,
        severity: query.severity,
        user_id,
        limit,
      },
      available_event_types: EVENT_TYPES,
      available_severity_levels: SEVERITY_LEVELS,
      timestamp: toNaiveUtc(clock.now()),
    });
  });
}
