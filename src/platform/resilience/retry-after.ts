/** What of a response's headers is read; `Headers` is one. */
interface HeaderReader {
  get(name: string): string | null;
}

/**
 * How long a server asks its client to wait, in milliseconds: `retry-after-ms`, which AI providers send, else
 * `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). `undefined` where it asks nothing that can be read.
 */
export function readRetryAfterMs(headers: HeaderReader, nowMs: number): number | undefined {
  const exactMs = readNumber(headers.get("retry-after-ms"));
  if (exactMs !== undefined) return exactMs;
  const text = headers.get("retry-after");
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * 1_000;
  // All three forms of a date begin with the day's name; `Date.parse` alone takes "-4" for a year.
  const dateMs = /^[A-Z]/u.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/u.test(text) ? Number(text) : undefined;
}
