import type { HeaderPlaceholder, VolatileKind } from "#contracts/recordings/volatile.ts";
import type { Clock } from "#platform/clock.ts";

/** A number from 0 up to but not including 1. */
export type Random = () => number;

/** New values for one answer, each in the form of the recorded one. */
export interface FreshValues {
  header(name: HeaderPlaceholder): string;
  /** `recorded` is the JSON text of a value; so is what comes back. Equal values stay equal. */
  body(kind: VolatileKind, recorded: string): string;
}

export interface FreshContext {
  readonly clock: Clock;
  readonly random: Random;
  /** When the recorded answer was given; `undefined` takes its timestamps for those of its own moment. */
  readonly recordedAt: string | undefined;
  /** What `{{host}}` stands for. */
  readonly host: string;
}

const DAY_MS = 86_400_000;

export function createFreshValues(context: FreshContext): FreshValues {
  const { clock, random, host } = context;
  const now = clock.now();
  const recordedMs = context.recordedAt === undefined ? now : Date.parse(context.recordedAt);
  const shiftMs = now - recordedMs;
  // A date is so many days away from the day of the answer, whatever the hour.
  const shiftDays = Math.floor(now / DAY_MS) - Math.floor(recordedMs / DAY_MS);
  const uuids = new Map<string, string>();
  const nonce = randomText(random, 22);

  const HEADERS: Readonly<Record<HeaderPlaceholder, () => string>> = {
    "http-date": () => new Date(now).toUTCString(),
    "request-id": () => `${now}-${randomDigits(random)}`,
    seconds: () => String(0.002 + random() / 100),
    milliseconds: () => (2 + random() * 10).toFixed(2),
    "epoch-seconds": () => String(Math.floor(now / 1000) + 60),
    // Both nonces of one answer are the same.
    nonce: () => nonce,
    "compact-date-time": () =>
      new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_"),
    host: () => host,
    // Made by the WebSocket library from the client's key.
    "websocket-accept": () => "",
  };

  function uuidFor(recorded: string): string {
    const known = uuids.get(recorded) ?? randomUuid(random);
    uuids.set(recorded, known);
    return known;
  }

  function text(kind: VolatileKind, recorded: string): string {
    switch (kind) {
      case "uuid":
        return uuidFor(recorded);
      case "timestamp":
        return shiftTimestamp(recorded, shiftMs);
      case "date":
        return isoDate(Date.parse(recorded) + shiftDays * DAY_MS);
      case "month-start":
        return isoDate(monthStart(now)) + recorded.slice(10);
      case "month-end":
        return isoDate(monthStart(now) + 30 * DAY_MS);
      case "request-id":
        return filterRequestId(now, random);
      case "epoch":
      case "duration":
      case "seconds-left":
      case "state":
        return recorded;
      default:
        return kind satisfies never;
    }
  }

  return {
    header: (name) => HEADERS[name](),
    body(kind, recorded) {
      if (recorded.startsWith('"')) return JSON.stringify(text(kind, recorded.slice(1, -1)));
      if (kind === "epoch") return shiftNumber(recorded, shiftMs / 1000);
      if (kind === "duration") return scaleNumber(recorded, 0.8 + random() * 0.4);
      return recorded;
    },
  };
}

const isoDate = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

function monthStart(epochMs: number): number {
  const date = new Date(epochMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** Keeps the zone and the number of fraction digits; digits beyond the millisecond stay as recorded. */
function shiftTimestamp(recorded: string, shiftMs: number): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(.*)$/.exec(recorded);
  if (parts === null) return recorded;
  const [, seconds = "", fraction = "", zone = ""] = parts;
  const ms = fraction === "" ? 0 : Number(fraction.slice(1, 4).padEnd(3, "0"));
  const iso = new Date(Date.parse(`${seconds}Z`) + ms + shiftMs).toISOString();
  const freshFraction = fraction === "" ? "" : `${iso.slice(19, 23)}${fraction.slice(4)}`;
  return iso.slice(0, 19) + freshFraction.slice(0, fraction.length) + zone;
}

function shiftNumber(recorded: string, by: number): string {
  const decimals = recorded.split(".")[1]?.length ?? 0;
  return (Number(recorded) + by).toFixed(Math.min(decimals, 6));
}

/** An integer stays one, a float keeps its point, and nothing but zero becomes zero. */
function scaleNumber(recorded: string, factor: number): string {
  const value = Number(recorded) * factor;
  if (!recorded.includes(".")) return String(Math.ceil(value));
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** The `request_id` in the bodies of the legacy's filters; it is not that of the header. */
export const filterRequestId = (nowMs: number, random: Random): string =>
  `req_${nowMs}_${randomDigits(random)}`;

const randomDigits = (random: Random): string => String(Math.floor(random() * 9e14) + 1e14);

const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => URL_SAFE[Math.floor(random() * 64)]).join("");

/** Version 4 (RFC 9562 §5.4). */
export function randomUuid(random: Random): string {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replaceAll(/[xy]/g, (letter) => {
    const digit = Math.floor(random() * 16);
    return (letter === "x" ? digit : (digit % 4) + 8).toString(16);
  });
}
