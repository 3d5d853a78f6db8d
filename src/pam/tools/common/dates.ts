import type { Clock } from "#platform/clock.ts";

import { invalidArgument } from "../tool-error.ts";
import type { ToolCaller } from "../tool.ts";

const DAY_MS = 86_400_000;

interface Now {
  readonly clock: Clock;
  readonly caller: ToolCaller;
}

/** A zone that the runtime does not know counts as UTC: it comes from the client. */
function zoneOf({ timeZone = "UTC" }: ToolCaller): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** Milliseconds that a zone's clocks are ahead of UTC at a moment. */
function offsetMs(epochMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(epochMs);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return local - Math.floor(epochMs / 1_000) * 1_000;
}

const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/u;
const HAS_TIME = /[T ]\d{2}:/u;

/** The moment that the text means: a time without a zone is the caller's own. Invalid where no clock shows it. */
export function toInstant(text: string, caller: ToolCaller): Date {
  if (HAS_TIME.test(text) && HAS_ZONE.test(text)) return new Date(text.replace(" ", "T"));
  const local = Date.parse(
    `${HAS_TIME.test(text) ? text.replace(" ", "T") : `${text.slice(0, 10)}T00:00:00`}Z`,
  );
  if (Number.isNaN(local)) return new Date(NaN);
  const zone = zoneOf(caller);
  const guess = local - offsetMs(local, zone);
  // Near a change of the clocks the offset at the guess is another one than at the local time read as UTC.
  return new Date(local - offsetMs(guess, zone));
}

/** Parses a moment of an argument; throws where no calendar has it, such as 25 o'clock. */
export function parseInstant(field: string, text: string, caller: ToolCaller): Date {
  const instant = toInstant(text, caller);
  if (Number.isNaN(instant.getTime())) throw invalidArgument(field, "there is no such time");
  return instant;
}

/** The caller's date today, `YYYY-MM-DD`. */
export function today({ clock, caller }: Now): string {
  const now = clock.now();
  return new Date(now + offsetMs(now, zoneOf(caller))).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export interface Month {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
  /** How far it has come, today counted in. */
  readonly elapsedDays: number;
}

/** The calendar month of the caller's today. */
export function currentMonth(now: Now): Month {
  const day = today(now);
  const [year = 0, month = 0, elapsedDays = 0] = day.split("-").map(Number);
  const lastDay = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return {
    firstDay: `${day.slice(0, 7)}-01`,
    lastDay,
    days: Number(lastDay.slice(8)),
    elapsedDays,
  };
}

export const MONTH_NAMES = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

/** 1 to 12 of `July`, `jul`; throws for anything else. */
export function parseMonth(field: string, text: string): number {
  const word = text.toLowerCase();
  const index = MONTH_NAMES.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (index === -1)
    throw invalidArgument(field, "must be the name of a month, such as July or jul");
  return index + 1;
}
