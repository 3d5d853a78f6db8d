import { findJsonValues } from "#contracts/recordings/json-values.ts";
import {
  HEADER_PLACEHOLDERS,
  type HeaderPlaceholder,
  type VolatileKind,
} from "#contracts/recordings/volatile.ts";

const UUID = /^"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/;
const TIMESTAMP = /^"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?"$/;
const REQUEST_ID = /^"req_\d+_\d+"$/;
const DURATION_KEY = /(?:_ms|_seconds|duration|elapsed)$/;
const DAY_MS = 86_400_000;

interface Context {
  readonly nowMs: number;
  /** What was sent: a value that comes back is an echo, and not new. */
  readonly sent: string;
}

function kindOfText(value: string, { nowMs, sent }: Context): VolatileKind | undefined {
  if (UUID.test(value)) return sent.includes(value.slice(1, -1)) ? undefined : "uuid";
  if (REQUEST_ID.test(value)) return "request-id";
  const [, time, zone = "Z"] = TIMESTAMP.exec(value) ?? [];
  if (time === undefined || sent.includes(time)) return undefined;
  return Math.abs(Date.parse(time + zone) - nowMs) < DAY_MS ? "timestamp" : undefined;
}

function kindOf(pointer: string, value: string, context: Context): VolatileKind | undefined {
  if (value.startsWith('"')) return kindOfText(value, context);
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) return undefined;
  if (Math.abs(number * 1000 - context.nowMs) < DAY_MS) return "epoch";
  return DURATION_KEY.test(pointer) && value !== "null" ? "duration" : undefined;
}

/** Which values of a JSON text are new in every answer, by how they look. No JSON: none. */
export function guessVolatile(
  text: string,
  context: Context,
): Readonly<Record<string, VolatileKind>> {
  try {
    const found = findJsonValues(text).flatMap(({ pointer, start, end }) => {
      const value = text.slice(start, end);
      const kind = /^[[{tfn]/.test(value) ? undefined : kindOf(pointer, value, context);
      return kind === undefined ? [] : [[pointer, kind] as const];
    });
    return Object.fromEntries(found);
  } catch {
    return {};
  }
}

/** Where in a header's value a placeholder of the recordings stands. */
const PLACES: Readonly<Record<string, readonly [HeaderPlaceholder, RegExp]>> = {
  date: ["http-date", /^.*$/],
  "x-request-id": ["request-id", /^.*$/],
  "x-process-time": ["seconds", /^.*$/],
  "x-response-time": ["milliseconds", /^[\d.]+(?=ms$)/],
  "x-ratelimit-reset": ["epoch-seconds", /^.*$/],
  "content-security-policy": ["nonce", /(?<='nonce-)[^']+/g],
  "content-disposition": ["compact-date-time", /\d{8}_\d{6}/],
  location: ["host", /(?<=^https?:\/\/)[^/]+/],
};

/** A header's value with a placeholder where it is new in every answer. */
export function toPlaceholder(name: string, value: string): string {
  const [placeholder, place] = PLACES[name.toLowerCase()] ?? [];
  if (placeholder === undefined || place === undefined) return value;
  const form = new RegExp(`^${HEADER_PLACEHOLDERS[placeholder]}$`);
  return value.replace(place, (found) => (form.test(found) ? `{{${placeholder}}}` : found));
}
