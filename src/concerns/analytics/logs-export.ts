import { toLogEntry, toLogEvent } from "#concerns/analytics/logs/log-entry.ts";
import { exportQuery, toAuditFilter } from "#concerns/analytics/logs/log-query.ts";
import { toCsv } from "#concerns/analytics/logs/to-csv.ts";
import { withLogFailure } from "#concerns/analytics/logs/with-log-failure.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";

/** The newest; a download is one answer in memory. */
const MAX_EXPORTED = 5_000;

/** `20261122_203344`, in UTC. */
const toFileTime = (epochMs: number): string =>
  new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");

/** `POST /api/v1/pam/logs/export`: the caller's events as a file, oldest first. */
export function createLogsExport(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return withLogFailure(dependencies, async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const { format, ...filter } = accept(parseLegacyQuery(exportQuery, searchOf(request)));
    const newest = await auditLog.list(userId, { ...toAuditFilter(filter), limit: MAX_EXPORTED });
    const events = newest.toReversed();
    const isCsv = format === "csv";
    const text = isCsv
      ? toCsv(events.map(toLogEvent))
      : JSON.stringify(events.map(toLogEntry), null, 2);
    await auditLog.record({
      eventType: "user_action",
      severity: "info",
      message: "The event log was exported",
      userId,
      requestId,
      endpoint: request.path,
      context: { format, count: events.length },
    });
    const body = Buffer.from(text);
    response
      .writeHead(200, {
        "content-disposition": `attachment; filename=pam_logs_export_${toFileTime(clock.now())}.${format}`,
        "content-type": isCsv ? "text/csv; charset=utf-8" : "application/json",
        "content-length": String(body.byteLength),
      })
      .end(body);
  });
}
