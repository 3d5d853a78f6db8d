import type { AuditEvent } from "#pam/audit-log/index.ts";

/** An event under the names it has in the legacy's log, in their order. */
export interface LogEvent {
  readonly event_type: string;
  readonly severity: string;
  readonly message: string;
  readonly user_id: string;
  readonly request_id: string | null;
  readonly session_id: string | null;
  readonly endpoint: string | null;
  readonly duration_ms: number | null;
  readonly error_code: string | null;
  readonly error_details: string | null;
  readonly context: AuditEvent["context"];
  /** ISO 8601 with an offset. */
  readonly timestamp: string;
  /** Where somebody was, and with what, is not written down. */
  readonly ip_address: null;
  readonly user_agent: null;
}

/** A line of the legacy's log. */
export interface LogEntry {
  /** `YYYY-MM-DD HH:MM:SS UTC`. */
  readonly timestamp: string;
  readonly level: string;
  readonly logger: string;
  readonly message: LogEvent;
}

/** Python's level of each severity that has another name there. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["security", "WARNING"],
  ["performance", "INFO"],
]);

export function toLogEvent(event: AuditEvent): LogEvent {
  return {
    event_type: event.eventType,
    severity: event.severity,
    message: event.message,
    user_id: event.userId,
    request_id: event.requestId,
    session_id: event.sessionId,
    endpoint: event.endpoint,
    duration_ms: event.durationMs,
    error_code: event.errorCode,
    error_details: event.errorMessage,
    context: event.context,
    timestamp: event.at,
    ip_address: null,
    user_agent: null,
  };
}

export function toLogEntry(event: AuditEvent): LogEntry {
  return {
    timestamp: `${new Date(event.at).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    level: LEVELS.get(event.severity) ?? event.severity.toUpperCase(),
    logger: "pam_pam_audit",
    message: toLogEvent(event),
  };
}
