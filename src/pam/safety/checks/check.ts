import type { SafetyProfile } from "../profile.ts";
import { collapseWhitespace, foldCase } from "../python-text.ts";

/** A text in the forms that checks look at, each made once. */
export interface CheckedText {
  readonly profile: SafetyProfile;
  /** Compatibility forms made plain, then lower case; a pattern of two parts stays within a line. */
  readonly lines: readonly string[];
  /** As it was written, with its white space collapsed: no blank more or less evades a signature. */
  readonly written: string;
  /** `written` without regard to case. */
  readonly folded: string;
}

/** Looks for one kind of harm. Takes time linear in the text, and never throws. */
export interface SafetyCheck {
  readonly name: string;
  /** What a hit counts as. */
  readonly event: "PROMPT_INJECTION" | "SUSPICIOUS_MESSAGE";
  /** Says in one phrase what was found; `undefined` where there is nothing. */
  find(text: CheckedText): string | undefined;
}

/** Characters are made plain before they are lower-cased: full-width letters have a case of their own. */
export function prepareText(text: string, profile: SafetyProfile): CheckedText {
  const written = collapseWhitespace(text);
  return {
    profile,
    lines: text.normalize("NFKC").toLowerCase().split("\n"),
    written,
    folded: foldCase(written),
  };
}

type LineTest = (line: string, profile: SafetyProfile) => boolean;

/** A check for the layer against prompt injection, whose reasons name the category. */
export function defineInjectionCheck(name: string, isHit: LineTest): SafetyCheck {
  return {
    name,
    event: "PROMPT_INJECTION",
    find: ({ lines, profile }) =>
      lines.some((line) => isHit(line, profile))
        ? `Detected ${name.replaceAll("-", " ")} pattern`
        : undefined,
  };
}
