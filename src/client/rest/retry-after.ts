/**
 * How long an answer asks to wait, in milliseconds, by `Retry-After` in seconds or as a date (RFC 9110 §10.2.3);
 * `undefined` where it asks nothing that can be read.
 */
export function readRetryAfterMs(
  headers: { get(name: string): string | null },
  nowMs: number,
): number | undefined {
  const text = headers.get("retry-after") ?? "";
  if (/^\s*\d{1,9}\s*$/u.test(text)) return Number(text) * 1000;
  // All three forms of a date begin with the day's name; `Date.parse` alone takes "-4" for a year.
  const dateMs = /^[A-Z]/u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
