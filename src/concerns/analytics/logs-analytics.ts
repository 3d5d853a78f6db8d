import { summariseCounts } from "#concerns/analytics/logs/summarise-counts.ts";
import { withLogFailure } from "#concerns/analytics/logs/with-log-failure.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsLogsAnalytics } from "#contracts/analytics/logs.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const HOUR_MS = 3_600_000;

/** `GET /api/v1/pam/logs/analytics`: the caller's events of the last hours, counted. */
export function createLogsAnalytics(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return withLogFailure(dependencies, async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const { hours } = accept(
      parseLegacyQuery(analyticsLogsAnalytics.request.query, searchOf(request)),
    );
    const nowMs = clock.now();
    const counts = await auditLog.count(userId, { fromMs: nowMs - hours * HOUR_MS });
    sendJson(response, 200, {
      success: true,
      analytics: summariseCounts(counts, hours),
      timestamp: toNaiveUtc(nowMs),
    });
  });
}
