import type { SafetyProfile } from "../profile.ts";
import { foldCase, SPACE, WORD } from "../python-text.ts";

const SCHEMES = ["javascript:", "vbscript:", "data:text/html"] as const;

/**
 * Word characters up to `=`. It may begin only where a word does, so that each word is read once: the
 * legacy's own `on\w+\s*=` reads "ononon…" from every "on" to the end.
 */
const ASSIGNMENT = new RegExp(`(?<!${WORD})(${WORD}+)${SPACE}*=`, "gu");

const SCHEME_WORD = new RegExp(`(?<!${WORD})(?:${SCHEMES.join("|")})`, "u");

/** Handlers of HTML's elements, documents and windows, by how their names begin or as a whole. */
const HANDLER =
  /^on(?:(?:animation|before|context|drag|focus|key|message|mouse|page|pointer|scroll|select|touch|transition)[a-z]*|abort|after(?:print|scriptexecute)|auxclick|blur|cancel|canplay(?:through)?|change|click|close|copy|cut|dblclick|drop|durationchange|emptied|ended|error|hashchange|input|invalid|load(?:eddata|edmetadata|end|start)?|offline|online|paste|pause|play(?:ing)?|popstate|progress|ratechange|reset|resize|search|seek(?:ed|ing)|show|stalled|storage|submit|suspend|timeupdate|toggle|unload|volumechange|waiting|wheel)$/u;

const assignedWords = (text: string): readonly string[] =>
  [...text.matchAll(ASSIGNMENT)].map(([, word = ""]) => word);

/** "on" and at least one more word character before `=`: `money=` and `longitude =` are meant too. */
const endsLikeHandler = (word: string): boolean => word.slice(0, -1).includes("on");

/** Scripts in disguise: a scheme that runs code, or what could be an event handler's attribute. */
export function hasDangerousContent(text: string, profile: SafetyProfile): boolean {
  const folded = foldCase(text);
  if (profile === "strict-words") {
    return SCHEME_WORD.test(folded) || assignedWords(folded).some((word) => HANDLER.test(word));
  }
  return (
    SCHEMES.some((scheme) => folded.includes(scheme)) || assignedWords(folded).some(endsLikeHandler)
  );
}
