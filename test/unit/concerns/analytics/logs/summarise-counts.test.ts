import { expect, test } from "vitest";

import { summariseCounts } from "#concerns/analytics/logs/summarise-counts.ts";
import type { AuditCount } from "#pam/audit-log/index.ts";

const count = (change: Partial<AuditCount>): AuditCount => ({
  eventType: "user_action",
  severity: "info",
  hour: "2026-03-01T10:00:00+00:00",
  count: 1,
  timedCount: 0,
  totalMs: 0,
  ...change,
});

test("nothing is zeros, and no mean", () => {
  expect(summariseCounts([], 24)).toEqual({
    time_period_hours: 24,
    total_events: 0,
    error_events: 0,
    error_rate: 0,
    average_duration_ms: null,
    events_by_type: {},
    events_by_severity: {},
    events_by_hour: [],
  });
});

test("counts add up by type, severity and hour; errors and durations have their shares", () => {
  const summary = summariseCounts(
    [
      count({ hour: "2026-03-01T21:00:00+10:00", count: 2, timedCount: 2, totalMs: 30 }),
      count({ eventType: "pam_response", severity: "error", timedCount: 1, totalMs: 60 }),
      count({ eventType: "ai_request", severity: "critical" }),
    ],
    1,
  );
  expect(summary).toMatchObject({
    total_events: 4,
    error_events: 2,
    error_rate: 0.5,
    average_duration_ms: 30,
    events_by_hour: [
      { hour: "2026-03-01T10:00:00", count: 2 },
      { hour: "2026-03-01T11:00:00", count: 2 },
    ],
  });
  expect(Object.entries(summary.events_by_type)).toEqual([
    ["user_action", 2],
    ["ai_request", 1],
    ["pam_response", 1],
  ]);
  expect(Object.keys(summary.events_by_severity)).toEqual(["info", "critical", "error"]);
});
