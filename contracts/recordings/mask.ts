import { pointerMatcher, rewriteJson } from "./json-values.ts";
import { COUNTING_HEADERS, HEADER_PLACEHOLDERS, type VolatileKind } from "./volatile.ts";

/** A body with every volatile value replaced by its kind in angle brackets, the rest byte for byte. */
export function maskBody(text: string, volatile: Readonly<Record<string, VolatileKind>>): string {
  if ("" in volatile) return `<${volatile[""]}>`;
  if (Object.keys(volatile).length === 0) return text;
  const kindOf = pointerMatcher(volatile);
  return rewriteJson(text, (pointer, value) => {
    const kind = kindOf(pointer);
    if (kind === undefined) return undefined;
    // A sentence that counts seconds is compared but for its number.
    if (kind === "seconds-left" && value.startsWith('"')) return value.replaceAll(/\d+/g, "<n>");
    // Null is an answer of its own where a value might have stood.
    return value === "null" ? undefined : `<${kind}>`;
  });
}

const WHOLE: ReadonlySet<string> = new Set([
  ...COUNTING_HEADERS,
  "date",
  "x-request-id",
  "x-process-time",
  "x-response-time",
  "x-ratelimit-reset",
  "sec-websocket-accept",
]);

const PARTS: Readonly<Record<string, RegExp>> = {
  "content-security-policy": new RegExp(`(?<='nonce-)${HEADER_PLACEHOLDERS.nonce}`, "g"),
  "content-disposition": new RegExp(HEADER_PLACEHOLDERS["compact-date-time"], "g"),
  location: /(?<=^https?:\/\/)[^/]+/g,
};

/** A header's value with what is volatile in it replaced, so that two answers can be compared. */
export function maskHeader(name: string, value: string): string {
  const key = name.toLowerCase();
  if (WHOLE.has(key)) return "<volatile>";
  // A recorded value has placeholders where an actual one has values.
  const open = value.replaceAll(/\{\{[a-z-]+\}\}/g, "<volatile>");
  const part = PARTS[key];
  return part === undefined ? open : open.replaceAll(part, "<volatile>");
}
