import type { CheckedText, SafetyCheck } from "./check.ts";

/** A signature: what it is called, and whether it is in a text whose white space is collapsed. */
export type Signature = readonly [label: string, isIn: (text: CheckedText) => boolean];

/** Looks for `first` and, behind it, `second`: a pattern with `.*` between them, read once. */
export const partThenPart =
  (first: string, second: string) =>
  ({ folded }: CheckedText): boolean => {
    const start = folded.indexOf(first);
    return start !== -1 && folded.includes(second, start + first.length);
  };

export const matching =
  (pattern: RegExp) =>
  ({ folded }: CheckedText): boolean =>
    pattern.test(folded);

/** A check for the layer against attacks on what lies behind: databases, shells, files, pages. */
export const defineSignatureCheck = (
  name: string,
  signatures: readonly Signature[],
): SafetyCheck => ({
  name,
  event: "SUSPICIOUS_MESSAGE",
  find: (text) => signatures.find(([, isIn]) => isIn(text))?.[0],
});
