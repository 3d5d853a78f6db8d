import { sql } from "kysely";
import { z } from "zod";

import type {
  AuditCount,
  AuditEvent,
  AuditFilter,
  NewAuditEvent,
} from "#pam/audit-log/audit-event.ts";
import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/**
 * What happened to whom, kept in the legacy's own table of PAM events, so that it outlives a process and all
 * instances see the same. A user's events are read by that user alone.
 */
export interface AuditLog {
  /** Never rejects: what was done is not undone because nobody could write it down. */
  record(event: NewAuditEvent): Promise<void>;
  /** The same of one user's events that belong together: all of them or none. */
  recordAll(events: readonly NewAuditEvent[]): Promise<void>;
  /** Newest first. Rejects where the database fails. */
  list(
    userId: string,
    filter: AuditFilter & { readonly limit: number },
  ): Promise<readonly AuditEvent[]>;
  /** Rejects where the database fails. */
  count(userId: string, filter: AuditFilter): Promise<readonly AuditCount[]>;
}

export interface AuditLogDependencies {
  readonly database: () => Promise<Database>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The table has room for no other ids, and so no events of such users. */
const isUserId = (text: string): boolean => z.guid().safeParse(text).success;

const metadataSchema = z.looseObject({ endpoint: z.string().nullish() });

const endpointOf = (metadata: unknown): string | null =>
  metadataSchema.safeParse(metadata).data?.endpoint ?? null;

/** Rows of the chat say whether it worked, and no severity. */
const SEVERITY = sql<string>`coalesce(log_level, case when success is false or has_error then 'error' else 'info' end)`;
/** Some writers tell when it happened, all when it was written down. */
const MOMENT = sql<string>`coalesce("timestamp", created_at, 'epoch'::timestamptz)`;
const EVENT_TYPE = sql<string>`coalesce(event_type, 'user_action')`;

/** One user's events that a filter lets through; nothing is selected of them yet. */
function selectEvents(database: Database, userId: string, filter: AuditFilter) {
  const { eventType, severity, fromMs, toMs } = filter;
  let query = database.selectFrom("pam_analytics_logs").where("user_id", "=", userId);
  if (typeof eventType === "string") query = query.where(EVENT_TYPE, "=", eventType);
  if (typeof severity === "string") query = query.where(SEVERITY, "=", severity);
  if (fromMs !== undefined) query = query.where(MOMENT, ">=", new Date(fromMs).toISOString());
  if (toMs !== undefined) query = query.where(MOMENT, "<=", new Date(toMs).toISOString());
  return query;
}

function toRow(event: NewAuditEvent, clock: Clock) {
  const { durationMs, errorMessage, atMs = clock.now() } = event;
  const hasFailed = errorMessage !== undefined;
  return {
    user_id: event.userId,
    event_type: event.eventType,
    log_level: event.severity,
    message: event.message,
    trace_id: event.requestId,
    session_id: event.sessionId ?? null,
    timestamp: new Date(atMs).toISOString(),
    response_time_ms: durationMs === undefined ? null : Math.round(durationMs),
    success: !hasFailed,
    has_error: hasFailed,
    error_message: errorMessage ?? null,
    event_data: event.context ?? {},
    metadata: { endpoint: event.endpoint },
  };
}

export function createAuditLog({ database, clock, logger }: AuditLogDependencies): AuditLog {
  async function recordAll(events: readonly NewAuditEvent[]): Promise<void> {
    const rows = events
      .filter(({ userId }) => isUserId(userId))
      .map((event) => toRow(event, clock));
    if (rows.length === 0) return;
    try {
      const opened = await database();
      await opened.insertInto("pam_analytics_logs").values(rows).execute();
    } catch (error) {
      const [first] = events;
      const problem = { requestId: first?.requestId, error: toMessage(error) };
      logger.warn(problem, "Cannot write to the audit log");
    }
  }

  return {
    recordAll,
    record: async (event) => recordAll([event]),

    async list(userId, { limit, ...filter }) {
      if (!isUserId(userId)) return [];
      const rows = await selectEvents(await database(), userId, filter)
        .select([
          EVENT_TYPE.as("event_type"),
          SEVERITY.as("severity"),
          MOMENT.as("at"),
          "message",
          "message_preview",
          "trace_id",
          "session_id",
          "response_time_ms",
          "error_type",
          "error_message",
          "event_data",
          "metadata",
        ])
        .orderBy(MOMENT, "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        eventType: row.event_type,
        severity: row.severity,
        message: row.message ?? row.message_preview ?? "",
        userId,
        requestId: row.trace_id,
        sessionId: row.session_id,
        endpoint: endpointOf(row.metadata),
        durationMs: row.response_time_ms,
        errorCode: row.error_type,
        errorMessage: row.error_message,
        context: row.event_data ?? {},
        at: row.at,
      }));
    },

    async count(userId, filter) {
      if (!isUserId(userId)) return [];
      const hour = sql<string>`date_trunc('hour', ${MOMENT}, 'UTC')`;
      return selectEvents(await database(), userId, filter)
        .select(({ fn }) => [
          EVENT_TYPE.as("eventType"),
          SEVERITY.as("severity"),
          hour.as("hour"),
          fn.countAll<number>().as("count"),
          fn.count<number>("response_time_ms").as("timedCount"),
          fn.coalesce(fn.sum<number>("response_time_ms"), sql<number>`0`).as("totalMs"),
        ])
        .groupBy([EVENT_TYPE, SEVERITY, hour])
        .execute();
    },
  };
}
