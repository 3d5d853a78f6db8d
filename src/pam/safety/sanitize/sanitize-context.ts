import type { SafetyProfile } from "../profile.ts";
import { sanitizeText } from "./sanitize-text.ts";

type Scalar = string | number | boolean;
type Section = Readonly<Record<string, Scalar>>;

/** What is left of a client's context: scalars, and one level of objects of scalars. */
export type CleanContext = Readonly<Record<string, Scalar | Section>>;

export type SanitizedContext =
  | { readonly kind: "clean"; readonly context: CleanContext }
  | { readonly kind: "dangerous" };

/** As the legacy counts: top-level keys, whatever becomes of them. */
export const MAX_CONTEXT_KEYS = 50;
const KEY = /^[a-zA-Z0-9_.-]{1,100}$/u;
/** In code points, before a text is sanitised. */
const MAX_TEXT_LENGTH = 1_000;

/** A text of which something dangerous is left refuses the whole context. */
class DangerousContent extends Error {}

const isKept = (key: string): boolean => KEY.test(key) && key !== "__proto__";

function cutText(text: string): string {
  // Two code units a code point at most: what is behind them need not be taken apart.
  const head = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH));
  return head.slice(0, MAX_TEXT_LENGTH).join("").toWellFormed();
}

function cleanScalar(value: unknown, profile: SafetyProfile): Scalar | undefined {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const sanitized = sanitizeText(cutText(value), profile);
  if (sanitized.kind === "dangerous") throw new DangerousContent();
  return sanitized.text;
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function cleanSection(
  section: Readonly<Record<string, unknown>>,
  profile: SafetyProfile,
): Section | undefined {
  const entries = Object.entries(section).flatMap(([key, value]): [string, Scalar][] => {
    const clean = isKept(key) ? cleanScalar(value, profile) : undefined;
    return clean === undefined ? [] : [[key, clean]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const cleanEntry = (
  [key, value]: [string, unknown],
  profile: SafetyProfile,
): [string, Scalar | Section][] => {
  if (!isKept(key)) return [];
  const clean = isSection(value) ? cleanSection(value, profile) : cleanScalar(value, profile);
  return clean === undefined ? [] : [[key, clean]];
};

/**
 * Keeps of a client's context what the legacy keeps, and drops the rest in silence: odd keys, null, lists and
 * what is nested deeper than one object. Texts are sanitised as messages are.
 */
export function sanitizeContext(
  context: Readonly<Record<string, unknown>>,
  profile: SafetyProfile,
): SanitizedContext {
  try {
    const entries = Object.entries(context).flatMap((entry) => cleanEntry(entry, profile));
    return { kind: "clean", context: Object.fromEntries(entries) };
  } catch (error) {
    if (error instanceof DangerousContent) return { kind: "dangerous" };
    throw error;
  }
}
