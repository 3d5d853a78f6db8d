import { REDACTED } from "#contracts/recordings/volatile.ts";
import { toJsonType } from "#platform/comparison/index.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** UTC without a zone, as Python's `isoformat()` gives it. */
const NAIVE_TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const DURATION = /(?:_ms|_seconds|duration|elapsed)$/;

interface Hints {
  /** What was sent: a value that comes back is an echo, and no new one. */
  readonly sent: string;
  /** True where words are left to whoever answers: of a sentence only that it is one is expected. */
  readonly isLoose: boolean;
}

function ofText(text: string, { sent, isLoose }: Hints): unknown {
  if (text.includes(REDACTED)) return { $match: "text" };
  if (UUID.test(text)) return sent.includes(text) ? text : { $match: "uuid" };
  if (NAIVE_TIMESTAMP.test(text)) return { $match: "naive-timestamp" };
  if (TIMESTAMP.test(text)) return { $match: "text", pattern: `${TIMESTAMP.source}.*` };
  return isLoose && /\s/.test(text) ? { $match: "text", example: text } : text;
}

/** A JSON value as a contract case expects it: what looks new in every answer is matched by its kind. */
export function toWish(value: unknown, hints: Hints, key = ""): unknown {
  if (typeof value === "string") return ofText(value, hints);
  if (typeof value === "number") {
    return DURATION.test(key) ? { $match: "number", min: 0 } : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => toWish(item, hints));
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, "$match")) {
    return { $match: "ignore", because: `It is an ${toJsonType(value)} that looks like a matcher` };
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      name,
      toWish(item, hints, name),
    ]),
  );
}
