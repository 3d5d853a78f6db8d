import type { SafetyProfile } from "../profile.ts";
import { sanitizeText } from "./sanitize-text.ts";

type Scalar = string | number | boolean;
type Section = Readonly<Record<string, Scalar>>;

/** What is left of a client's context: scalars, and one level of objects of scalars. */
export type CleanContext = Readonly<Record<string, Scalar | Section>>;

export type SanitizedContext =
  | { readonly kind: "clean"; readonly context: CleanContext }
  | { readonly kind: "dangerous" };

const KEY = /^[a-zA-Z0-9_.-]{1,100}$/u;
/** In code points, before a text is sanitised. */
const MAX_TEXT_LENGTH = 1_000;

const isKept = (key: string): boolean => KEY.test(key) && key !== "__proto__";

function cutText(text: string): string {
  // Two code units a code point at most: what is behind them need not be taken apart.
  const head = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH));
  return head.slice(0, MAX_TEXT_LENGTH).join("").toWellFormed();
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keeps the entries with a fit key of which something is left. */
function keepEntries<Value>(
  record: Readonly<Record<string, unknown>>,
  clean: (value: unknown) => Value | undefined,
): [string, Value][] {
  return Object.entries(record).flatMap(([key, value]): [string, Value][] => {
    const kept = isKept(key) ? clean(value) : undefined;
    return kept === undefined ? [] : [[key, kept]];
  });
}

/**
 * Keeps of a client's context what the legacy keeps, and drops the rest in silence: odd keys, null, lists and
 * what is nested deeper than one object. Texts are sanitised as messages are; one dangerous text refuses the
 * whole.
 */
export function sanitizeContext(
  context: Readonly<Record<string, unknown>>,
  profile: SafetyProfile,
): SanitizedContext {
  let isDangerous = false;

  function cleanText(text: string): string | undefined {
    const sanitized = sanitizeText(cutText(text), profile);
    if (sanitized.kind === "clean") return sanitized.text;
    isDangerous = true;
    return undefined;
  }

  function cleanScalar(value: unknown): Scalar | undefined {
    if (typeof value === "number" || typeof value === "boolean") return value;
    return typeof value === "string" ? cleanText(value) : undefined;
  }

  function cleanValue(value: unknown): Scalar | Section | undefined {
    if (!isSection(value)) return cleanScalar(value);
    const entries = keepEntries(value, cleanScalar);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  const entries = keepEntries(context, cleanValue);
  return isDangerous
    ? { kind: "dangerous" }
    : { kind: "clean", context: Object.fromEntries(entries) };
}
