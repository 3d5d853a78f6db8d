import { z } from "zod";

import { logEntry } from "#contracts/analytics/log-entry.ts";
import { EVENT_TYPES, SEVERITY_LEVELS } from "#contracts/analytics/log-vocabulary.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer, optional, text } from "#contracts/schema/fields.ts";
import { count, exactList, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);

const eventTypes = exactList(...EVENT_TYPES);

const severityLevels = exactList(...SEVERITY_LEVELS);

const logFile = z.union([
  z.strictObject({
    size_bytes: count,
    size_formatted: z.union([z.number(), z.string().regex(/^\d+\.\d\dMB$/)]),
    modified: z.number().describe("Epoch seconds"),
    path: z.string(),
  }),
  z.strictObject({ error: z.literal("Unable to read file stats") }),
]);

export const analyticsLogsStatus = defineRouteContract({
  id: "analytics.logs-status",
  method: "GET",
  path: "/api/v1/pam/logs/status",
  summary: "Read the state of the event log",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          logging_system: z.strictObject({
            status: z.literal("active"),
            structured_logging: yes,
            json_formatting: yes,
            file_rotation: yes,
            sentry_integration: z.literal(false),
          }),
          event_statistics: z.strictObject({
            total_events: count,
            error_events: count,
            security_events: count,
            api_requests: count,
            websocket_connections: count,
          }),
          log_files: z.record(z.string(), logFile),
          log_directory: z.literal("logs"),
          total_disk_usage_mb: z.number(),
          specialized_loggers: z.strictObject({
            error_logger: z.literal("Active - captures all ERROR and CRITICAL events"),
            security_logger: z.literal("Active - captures security events and violations"),
            performance_logger: z.literal("Active - captures performance alerts"),
            api_logger: z.literal("Active - captures API requests and responses"),
            audit_logger: z.literal("Active - captures all events for audit trail"),
          }),
          event_types: eventTypes,
          log_severity_levels: severityLevels,
          timestamp: naiveTimestamp,
        }),
        "To any user",
      ),
    ],
    401: UNAUTHORIZED,
  },
});

export const analyticsLogsRecent = defineRouteContract({
  id: "analytics.logs-recent",
  method: "GET",
  path: "/api/v1/pam/logs/events/recent",
  summary: "List the newest events of the log",
  auth: "bearer-with-profile",
  request: {
    query: z.object({
      limit: integer({ minimum: 1, maximum: 500 }).default(50),
      event_type: optional(text()),
      severity: optional(text()),
      user_id: optional(text()),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          events: z.array(logEntry).describe("Newest first"),
          total_events: count,
          filters_applied: z.strictObject({
            event_type: z.string().nullable(),
            severity: z.string().nullable(),
            user_id: z.string().nullable(),
            limit: z.int(),
          }),
          available_event_types: eventTypes,
          available_severity_levels: severityLevels,
          timestamp: naiveTimestamp,
        }),
        "To any user; any filter but the limit leaves nothing",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

/** No source gives the shape, since the legacy never gets there; the names are those of its other answers. */
const logAnalytics = z.strictObject({
  success: yes,
  analytics: z.strictObject({
    time_period_hours: z.int(),
    total_events: count,
    error_events: count,
    error_rate: z.number().min(0).max(1),
    average_duration_ms: z.number().nullable().describe("Of the events that took a known time"),
    events_by_type: z.record(z.string(), count).describe("The most frequent first"),
    events_by_severity: z.record(z.string(), count).describe("The most frequent first"),
    events_by_hour: z
      .array(z.strictObject({ hour: naiveTimestamp, count }))
      .describe("Oldest first; an hour without events is left out"),
  }),
  timestamp: naiveTimestamp,
});

export const analyticsLogsAnalytics = defineRouteContract({
  id: "analytics.logs-analytics",
  method: "GET",
  path: "/api/v1/pam/logs/analytics",
  summary: "Count the events of the last hours",
  auth: "bearer-with-profile",
  request: { query: z.object({ hours: integer({ minimum: 1, maximum: 168 }).default(24) }) },
  answers: {
    200: [json(logAnalytics, "The counts of the caller's own events", { side: "native" })],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
