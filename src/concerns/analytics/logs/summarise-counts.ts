import { isError } from "#concerns/analytics/logs/event-kinds.ts";
import type { analyticsLogsAnalytics } from "#contracts/analytics/logs.contract.ts";
import type { AnswerBody } from "#contracts/contract.ts";
import type { AuditCount } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

type LogAnalytics = AnswerBody<typeof analyticsLogsAnalytics, 200>["analytics"];

const sum = (counts: readonly AuditCount[], of: (count: AuditCount) => number): number =>
  counts.reduce((total, count) => total + of(count), 0);

function countBy(
  counts: readonly AuditCount[],
  keyOf: (count: AuditCount) => string,
): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const count of counts) {
    const key = keyOf(count);
    totals.set(key, (totals.get(key) ?? 0) + count.count);
  }
  return totals;
}

/** The most frequent first; those alike by their names. */
const toRanking = (totals: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...totals].toSorted(
      ([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1),
    ),
  );

/** What the counts of some hours come to. Pure. */
export function summariseCounts(counts: readonly AuditCount[], hours: number): LogAnalytics {
  const total = sum(counts, ({ count }) => count);
  const errors = sum(counts.filter(isError), ({ count }) => count);
  const timed = sum(counts, ({ timedCount }) => timedCount);
  const byHour = countBy(counts, ({ hour }) => toNaiveUtc(Date.parse(hour)));
  return {
    time_period_hours: hours,
    total_events: total,
    error_events: errors,
    error_rate: total === 0 ? 0 : errors / total,
    average_duration_ms: timed === 0 ? null : sum(counts, ({ totalMs }) => totalMs) / timed,
    events_by_type: toRanking(countBy(counts, ({ eventType }) => eventType)),
    events_by_severity: toRanking(countBy(counts, ({ severity }) => severity)),
    events_by_hour: [...byHour]
      .map(([hour, count]) => ({ hour, count }))
      .toSorted((one, other) => (one.hour < other.hour ? -1 : 1)),
  };
}
