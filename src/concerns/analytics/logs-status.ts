import { isError, isSecurity } from "#concerns/analytics/logs/event-kinds.ts";
import { withLogFailure } from "#concerns/analytics/logs/with-log-failure.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { EVENT_TYPES, SEVERITY_LEVELS } from "#contracts/analytics/log-vocabulary.ts";
import { type AuditCount, createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** Said to every caller, whatever the state of the log. */
const LOGGING_SYSTEM = {
  status: "active",
  structured_logging: true,
  json_formatting: true,
  file_rotation: true,
  sentry_integration: false,
} as const;

const SPECIALIZED_LOGGERS = {
  error_logger: "Active - captures all ERROR and CRITICAL events",
  security_logger: "Active - captures security events and violations",
  performance_logger: "Active - captures performance alerts",
  api_logger: "Active - captures API requests and responses",
  audit_logger: "Active - captures all events for audit trail",
} as const;

const sumOf = (counts: readonly AuditCount[], belongs: (count: AuditCount) => boolean): number =>
  counts.reduce((total, count) => total + (belongs(count) ? count.count : 0), 0);

/** `GET /api/v1/pam/logs/status`: how many events of the caller the log has. There are no files. */
export function createLogsStatus(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return withLogFailure(dependencies, async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const counts = await auditLog.count(userId, {});
    sendJson(response, 200, {
      success: true,
      logging_system: LOGGING_SYSTEM,
      event_statistics: {
        total_events: sumOf(counts, () => true),
        error_events: sumOf(counts, isError),
        security_events: sumOf(counts, isSecurity),
        api_requests: sumOf(counts, ({ eventType }) => eventType === "api_request"),
        websocket_connections: sumOf(counts, ({ eventType }) => eventType === "websocket_connect"),
      },
      log_files: {},
      log_directory: "logs",
      total_disk_usage_mb: 0,
      specialized_loggers: SPECIALIZED_LOGGERS,
      event_types: EVENT_TYPES,
      log_severity_levels: SEVERITY_LEVELS,
      timestamp: toNaiveUtc(clock.now()),
    });
  });
}
