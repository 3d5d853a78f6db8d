import { REDACTED } from "#contracts/recordings/volatile.ts";
import { createTextRedactor, isPersonalName, isSecretName } from "#platform/redaction/index.ts";

/** The longest text that a difference shows of one side. */
const MAX_SHOWN = 120;

/** So much of a text is searched for secrets before it is cut to what is shown. */
const MAX_SEARCHED = 4096;
const MAX_NAMES = 8;
/** A token of which the cut has left the beginning only. */
const TOKEN_START = /(?:ey[JA]|ew[o0])[\w-]{16,}[\w.-]*/g;

/** Tokens are not told apart here: each becomes a mark. */
const redact = createTextRedactor({
  nameOf: () => undefined,
  replaceSubjects: (text) => text,
});

const cut = (text: string): string =>
  text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;

/** A text without secrets and personal data, not yet cut to what is shown. */
export function cleanText(text: string): string {
  return redact(text.slice(0, MAX_SEARCHED)).replaceAll(TOKEN_START, REDACTED);
}

const isCount = (key: string, value: unknown): boolean =>
  typeof value === "number" && /tokens$/i.test(key);

function isHidden(keys: readonly (string | number)[], value: unknown): boolean {
  if (value === null || typeof value === "boolean") return false;
  return keys.some(
    (key) =>
      typeof key === "string" &&
      (isPersonalName(key) || (isSecretName(key) && !isCount(key, value))),
  );
}

function toText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cleanText(value));
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing";
  const names = Object.keys(value);
  const shown = names.slice(0, MAX_NAMES).map((name) => cleanText(name.slice(0, MAX_SHOWN)));
  const more = names.length > MAX_NAMES ? ", …" : "";
  return `object of ${names.length}: ${shown.join(", ")}${more}`;
}

/** A value as a difference shows it: lists and objects by what they are made of, scalars as JSON. */
export function showValue(keys: readonly (string | number)[], value: unknown): string {
  return isHidden(keys, value) ? REDACTED : cut(toText(value));
}

/** How much of what both texts have in common stands in front of the place where they part. */
const LEAD = 24;

/** Two texts from a little before the first character in which they differ. */
export function showTexts(
  keys: readonly (string | number)[],
  legacy: string,
  native: string,
): readonly [string, string] {
  if (isHidden(keys, legacy)) return [REDACTED, REDACTED];
  const [one, other] = [cleanText(legacy), cleanText(native)];
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - LEAD);
  const show = (text: string): string =>
    cut((from > 0 ? "…" : "") + JSON.stringify(text.slice(from, from + MAX_SHOWN)));
  return [show(one), show(other)];
}
