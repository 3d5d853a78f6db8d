import { z } from "zod";

import { logEntry } from "#contracts/analytics/log-entry.ts";
import type { TextAnswer } from "#contracts/contract.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED, validationBody } from "#contracts/schema/answers.ts";
import { integer, optional, text } from "#contracts/schema/fields.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const filters = {
  event_type: optional(text()),
  severity: optional(text()),
  start_time: optional(text()),
  end_time: optional(text()),
} as const;

export const analyticsLogsSearch = defineRouteContract({
  id: "analytics.logs-search",
  method: "POST",
  path: "/api/v1/pam/logs/search",
  summary: "Search the event log with a regular expression",
  auth: "bearer-with-profile",
  request: {
    query: z.object({
      query: text({ minLength: 1 }),
      ...filters,
      limit: integer({ minimum: 1, maximum: 1000 }).default(100),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(true),
          search_results: z.strictObject({
            query: z.string(),
            matches: z.array(logEntry).describe("Oldest first"),
            total_matches: count,
            total_entries_searched: count,
            limited_results: z.boolean(),
          }),
          search_parameters: z.strictObject({
            query: z.string(),
            event_type: z.string().nullable(),
            severity: z.string().nullable(),
            start_time: z.string().nullable(),
            end_time: z.string().nullable(),
            limit: z.int(),
          }),
          timestamp: naiveTimestamp,
        }),
        "The lines that match; a filter leaves none",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

const attachment = (extension: "json" | "csv") =>
  ({
    "content-disposition": z
      .string()
      .regex(
        new RegExp(String.raw`^attachment; filename=pam_logs_export_\d{8}_\d{6}\.${extension}$`),
      ),
  }) as const;

const csv: TextAnswer = {
  kind: "text",
  contentType: "text/csv; charset=utf-8",
  schema: z.string(),
  when: "The format is csv: lines end in CRLF, columns are sorted, nothing where nothing matches",
  headers: attachment("csv"),
};

export const analyticsLogsExport = defineRouteContract({
  id: "analytics.logs-export",
  method: "POST",
  path: "/api/v1/pam/logs/export",
  summary: "Download the event log",
  auth: "bearer-with-profile",
  // Any other format passes validation and then fails.
  request: { query: z.object({ ...filters, format: text().default("json") }) },
  answers: {
    200: [
      json(z.array(logEntry), "The format is json: indented by two blanks", {
        headers: attachment("json"),
      }),
      csv,
    ],
    401: UNAUTHORIZED,
    422: [json(validationBody, "The format or a time cannot be used", { side: "native" })],
  },
});
