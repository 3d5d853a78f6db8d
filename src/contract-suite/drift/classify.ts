import type { Difference, DifferenceKind } from "#contract-suite/compare/difference.ts";

/** What a change of the old API means for a client that was written against it. */
export type Impact = "breaking" | "harmless";

/** Headers by which clients, browsers and caches decide. */
const TELLING_HEADER =
  /^\/headers\/(?:allow|location|content-type|content-encoding|content-disposition|www-authenticate|retry-after|vary|access-control-.*)$/;

/** Fields that are read by programs, whose values are codes and not sentences. */
const TELLING_FIELD =
  /\/(?:type|status|success|error|error_code|code|action|cached|enabled|id|loc|kind|role|intent|engine|source|model)$/;

const isCode = (text: string): boolean => /^(?:true|false|null)$/.test(text);

/** The path within one answer. */
const withoutStep = (path: string): string => path.replace(/^\/steps\/\d+/, "");

const toImpact = (isBreaking: boolean): Impact => (isBreaking ? "breaking" : "harmless");

const IMPACTS: Readonly<Record<DifferenceKind, Impact | ((difference: Difference) => Impact)>> = {
  missing: "breaking",
  type: "breaking",
  status: "breaking",
  "close-code": "breaking",
  frame: "breaking",
  handshake: "breaking",
  side: "breaking",
  failed: "breaking",
  contract: "breaking",
  extra: "harmless",
  order: "harmless",
  format: "harmless",
  "close-reason": "harmless",
  header: ({ path }) => toImpact(TELLING_HEADER.test(withoutStep(path))),
  value: ({ path, expected, got }) =>
    toImpact(TELLING_FIELD.test(withoutStep(path)) || isCode(expected) || isCode(got)),
};

/**
 * Judges one difference: what is gone, of another type or in another place breaks a client; what is new, in
 * another order or in other words does not. Pure.
 */
export function classify(difference: Difference): Impact {
  const impact = IMPACTS[difference.kind];
  return typeof impact === "string" ? impact : impact(difference);
}
