import { addDays, type DateReading, parseIsoDate } from "#concerns/analytics/savings/iso-date.ts";

const PERIOD_DAYS = 30;

export interface BillingPeriod {
  /** `YYYY-MM-DD`, the first day. */
  readonly start: string;
  /** The day after the last. */
  readonly end: string;
}

/** The first day of the month of a moment, in UTC. */
export function firstOfMonth(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 7)}-01`;
}

export type PeriodReading =
  | { readonly ok: true; readonly period: BillingPeriod }
  | Extract<DateReading, { readonly ok: false }>;

/** The 30 days from a date on; of no date or an empty one, those from the first of the current month on. */
export function readBillingPeriod(month: string | null, nowMs: number): PeriodReading {
  const reading =
    month === null || month === ""
      ? ({ ok: true, day: firstOfMonth(nowMs) } as const)
      : parseIsoDate(month);
  if (!reading.ok) return reading;
  const end = addDays(reading.day, PERIOD_DAYS);
  if (end === undefined) return { ok: false, problem: "date value out of range" };
  return { ok: true, period: { start: reading.day, end } };
}
