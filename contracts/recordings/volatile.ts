/**
 * Values that differ between two answers of the legacy to one request. In headers they are written as
 * `{{name}}`; in bodies, which are kept exact, a recording lists them by JSON Pointer with their kind.
 */

export const VOLATILE_KINDS = [
  "uuid",
  /** ISO date and time, in whatever form of zone and fraction the recorded text has. */
  "timestamp",
  "date",
  /** The first day of the current month. */
  "month-start",
  /** 30 days after the first day of the current month. */
  "month-end",
  /** Seconds since the epoch. */
  "epoch",
  "duration",
  /** `req_<epoch ms>_<number>`. */
  "request-id",
  /** A number, or a text that holds one: the seconds until a limiter lets the caller in again. */
  "seconds-left",
  /** Whatever the legacy has counted or logged before. */
  "state",
] as const;

export type VolatileKind = (typeof VOLATILE_KINDS)[number];

/** What each `{{name}}` in a recorded header value may be on the wire. */
export const HEADER_PLACEHOLDERS = {
  "http-date": "[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT",
  "request-id": "\\d{13}-\\d+",
  seconds: "\\d+(?:\\.\\d+)?(?:e-\\d+)?",
  milliseconds: "\\d+\\.\\d+",
  "epoch-seconds": "\\d{10}",
  nonce: "[A-Za-z0-9_-]{22}",
  "compact-date-time": "\\d{8}_\\d{6}",
  host: "[^/]+",
  "websocket-accept": "[A-Za-z0-9+/]{27}=",
} as const;

export type HeaderPlaceholder = keyof typeof HEADER_PLACEHOLDERS;

const isPlaceholder = (name: string): name is HeaderPlaceholder => name in HEADER_PLACEHOLDERS;

/**
 * Headers that count down while the legacy's limiters fill. Their recorded values are kept, because they tell
 * a sequence's story.
 */
export const COUNTING_HEADERS: readonly string[] = [
  "x-ratelimit-remaining",
  "x-ratelimit-ip-remaining",
  "retry-after",
];

/** Puts a value in the place of every `{{name}}`; an unknown name stays as it is. */
export function fillPlaceholders(value: string, fill: (name: HeaderPlaceholder) => string): string {
  return value.replaceAll(/\{\{([a-z-]+)\}\}/g, (whole, name: string) =>
    isPlaceholder(name) ? fill(name) : whole,
  );
}

const escape = (literal: string): string => literal.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&");

/** Stands where a value was taken out of a recording. */
export const REDACTED = "[redacted]";

/** True where `actual` can be the value that was recorded as `recorded`. */
export function matchesHeaderValue(recorded: string, actual: string): boolean {
  if (recorded === REDACTED) return true;
  if (!recorded.includes("{{")) return recorded === actual;
  const pattern = recorded
    .split(/\{\{([a-z-]+)\}\}/)
    .map((part, index) =>
      index % 2 === 1 && isPlaceholder(part) ? HEADER_PLACEHOLDERS[part] : escape(part),
    )
    .join("");
  return new RegExp(`^${pattern}$`).test(actual);
}
