import type { Context } from "./section.ts";

const MINUTE_MS = 60_000;

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** How far the clocks of a zone are ahead of UTC at a moment, in whole minutes. */
function offsetMinutes(nowMs: number, timeZone: string): number {
  // The Swedish form is the only one that is ISO 8601 but for its blank.
  const local = new Date(nowMs).toLocaleString("sv-SE", { timeZone });
  const wholeSecondsMs = Math.floor(nowMs / 1_000) * 1_000;
  return Math.round((Date.parse(`${local.replace(" ", "T")}Z`) - wholeSecondsMs) / MINUTE_MS);
}

function toOffset(minutes: number): string {
  const distance = Math.abs(minutes);
  const hours = Math.floor(distance / 60);
  return `${minutes < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(distance % 60)}`;
}

/** What time it is for the user: in UTC where their zone is not known. */
export function toTimeFields(nowMs: number, timeZone: string | undefined): Context {
  const utc = new Date(nowMs).toISOString();
  const zone = timeZone ?? "UTC";
  const minutes = offsetMinutes(nowMs, zone);
  const offset = toOffset(minutes);
  const local = new Date(nowMs + minutes * MINUTE_MS).toISOString().slice(0, 19);
  return {
    ...(timeZone !== undefined && { timezone: timeZone }),
    server_timestamp: `${local}${offset}`,
    server_timestamp_utc: utc,
    timezone_info: { timezone: zone, utc_offset: offset, is_known: timeZone !== undefined },
  };
}
