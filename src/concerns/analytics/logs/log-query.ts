import { readLogTime } from "#concerns/analytics/logs/log-time.ts";
import { readSearchPattern } from "#concerns/analytics/logs/search-pattern.ts";
import {
  analyticsLogsExport,
  analyticsLogsSearch,
} from "#contracts/analytics/logs-search.contract.ts";
import { optional, text } from "#contracts/schema/fields.ts";
import type { AuditFilter } from "#pam/audit-log/index.ts";

/** An empty time is none, as on the legacy. */
const time = () =>
  optional(
    text({
      refusal: (given) =>
        given === "" || readLogTime(given) !== undefined
          ? undefined
          : "the time must be a date or a moment of ISO 8601",
    }),
  );

const times = { start_time: time(), end_time: time() } as const;

function patternRefusal(given: string): string | undefined {
  const reading = readSearchPattern(given);
  return reading.ok ? undefined : reading.problem;
}

/** The contract's query, without what makes the legacy fail later: refused as any other wrong parameter. */
export const searchQuery = analyticsLogsSearch.request.query.extend({
  query: text({ minLength: 1, refusal: patternRefusal }),
  ...times,
});

const EXPORT_FORMATS = ["json", "csv"] as const;

const formatRefusal = (given: string): string | undefined =>
  EXPORT_FORMATS.some((format) => format === given)
    ? undefined
    : `the format must be ${EXPORT_FORMATS.join(" or ")}`;

export const exportQuery = analyticsLogsExport.request.query.extend({
  format: text({ refusal: formatRefusal }).default("json"),
  ...times,
});

interface FilterParameters {
  readonly event_type: string | null;
  readonly severity: string | null;
  readonly start_time?: string | null;
  readonly end_time?: string | null;
}

/** An empty filter is none, as on the legacy. */
const orNone = (value: string | null): string | null => (value === "" ? null : value);

export function toAuditFilter(query: FilterParameters): AuditFilter {
  return {
    eventType: orNone(query.event_type),
    severity: orNone(query.severity),
    fromMs: readLogTime(query.start_time ?? ""),
    toMs: readLogTime(query.end_time ?? ""),
  };
}
