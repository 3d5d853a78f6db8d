import { toPythonRepr } from "#contracts/validation/python-repr.ts";

const DAY_MS = 86_400_000;
const LAST_DAY = "9999-12-31";

export type DateReading =
  /** `day` is `YYYY-MM-DD`. */
  | { readonly ok: true; readonly day: string }
  /** In the words of Python's `ValueError`. */
  | { readonly ok: false; readonly problem: string };

const refuse = (problem: string): DateReading => ({ ok: false, problem });

/** `setUTCFullYear` because `Date.UTC` takes the years up to 99 for those of the last century. */
function toEpochMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const toDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** The Monday of week 1 is that of the week with January 4th in it (ISO 8601). */
function firstMondayMs(year: number): number {
  const fourth = toEpochMs(year, 1, 4);
  const sinceMonday = (new Date(fourth).getUTCDay() + 6) % 7;
  return fourth - sinceMonday * DAY_MS;
}

function fromWeek(year: number, week: number, weekday: number): string | undefined {
  if (week < 1 || weekday < 1 || weekday > 7) return undefined;
  const epochMs = firstMondayMs(year) + ((week - 1) * 7 + weekday - 1) * DAY_MS;
  const isInYear = firstMondayMs(year) + (week - 1) * 7 * DAY_MS < firstMondayMs(year + 1);
  const isInRange = epochMs >= toEpochMs(1, 1, 1) && epochMs <= toEpochMs(9999, 12, 31);
  return isInYear && isInRange ? toDay(epochMs) : undefined;
}

function fromMonth(year: number, month: number, day: number): DateReading {
  if (year < 1) return refuse("year 0 is out of range");
  if (month < 1 || month > 12) return refuse("month must be in 1..12");
  const epochMs = toEpochMs(year, month, day);
  if (day < 1 || new Date(epochMs).getUTCMonth() !== month - 1) {
    return refuse("day is out of range for month");
  }
  return { ok: true, day: toDay(epochMs) };
}

const BY_MONTH = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))$/;
const BY_WEEK = /^(\d{4})(?:-W(\d\d)(?:-(\d))?|W(\d\d)(\d)?)$/;
/** CPython 3.11 overlooks what follows a date of eight characters if it has the length of one with hyphens. */
const OVERLOOKED = /^(\d{4}(?:\d{4}|W\d{3}))[^]{1,2}$/;

function withoutOverlooked(text: string): string {
  return Buffer.byteLength(text) === 10 ? text.replace(OVERLOOKED, "$1") : text;
}

const partsOf = (match: RegExpExecArray): readonly number[] =>
  match.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));

/** Reads a date as `date.fromisoformat` of Python 3.11 does, faults and their words included. */
export function parseIsoDate(text: string): DateReading {
  const date = withoutOverlooked(text);
  const byMonth = BY_MONTH.exec(date);
  if (byMonth !== null) {
    const [year = 0, month = 0, day = 0] = partsOf(byMonth);
    return fromMonth(year, month, day);
  }
  const byWeek = BY_WEEK.exec(date);
  if (byWeek !== null) {
    const [year = 0, week = 0, weekday = 1] = partsOf(byWeek);
    const day = fromWeek(year, week, weekday);
    if (day !== undefined) return { ok: true, day };
  }
  return refuse(`Invalid isoformat string: ${toPythonRepr(text)}`);
}

/** The day so many days later; `undefined` behind the last day that Python has. */
export function addDays(day: string, days: number): string | undefined {
  const later = Date.parse(`${day}T00:00:00Z`) + days * DAY_MS;
  return later > Date.parse(LAST_DAY) ? undefined : toDay(later);
}
