import type { Flags } from "#platform/flags/index.ts";

/**
 * `legacy`: what the legacy refuses and what it makes of a text, to the letter. `strict-words`: the same
 * categories, where a word only counts as a whole and text is not escaped for a page it never reaches.
 */
export type SafetyProfile = "legacy" | "strict-words";

type FlagSubject = Parameters<Flags["evaluate"]>[1];

/** `strict-words` for whom the flag `pam.safety.strict-words` is on; everyone else keeps `legacy`. */
export const readSafetyProfile = (
  flags: Pick<Flags, "evaluate">,
  subject: FlagSubject,
): SafetyProfile =>
  flags.evaluate("pam.safety.strict-words", subject) === "on" ? "strict-words" : "legacy";
