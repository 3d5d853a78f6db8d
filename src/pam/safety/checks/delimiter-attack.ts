import type { SafetyProfile } from "../profile.ts";
import { wholeWord } from "../python-text.ts";
import { defineInjectionCheck } from "./check.ts";

const MARKER = /```|---|\*\*\*|===/u;
const AUTHORITY = "system|admin|root|override";
const ANYWHERE = new RegExp(AUTHORITY, "u");
const WHOLE = wholeWord(AUTHORITY);

function isSectionOfAuthority(line: string, profile: SafetyProfile): boolean {
  const marker = MARKER.exec(line);
  if (marker === null) return false;
  const behind = line.slice(marker.index + marker[0].length);
  return (profile === "legacy" ? ANYWHERE : WHOLE).test(behind);
}

/** Fakes the start of a section that somebody with rights wrote. */
export const delimiterAttack = defineInjectionCheck("delimiter-attack", isSectionOfAuthority);
