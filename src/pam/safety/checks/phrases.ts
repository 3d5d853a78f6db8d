import type { SafetyProfile } from "../profile.ts";
import { wholeWord } from "../python-text.ts";

type PhraseTest = (line: string, profile: SafetyProfile) => boolean;

const searchFrom = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from;
  return pattern.exec(text);
};

interface Phrases {
  readonly anywhere: RegExp;
  readonly whole: RegExp;
}

const toPhrases = (alternatives: string): Phrases => ({
  anywhere: new RegExp(`(?:${alternatives})`, "gu"),
  whole: wholeWord(alternatives, "gu"),
});

const select = ({ anywhere, whole }: Phrases, profile: SafetyProfile): RegExp =>
  profile === "legacy" ? anywhere : whole;

/** One of the phrases: inside other words too on the legacy, as whole words otherwise. */
export function anyPhrase(alternatives: string): PhraseTest {
  const phrases = toPhrases(alternatives);
  return (line, profile) => searchFrom(select(phrases, profile), line, 0) !== null;
}

/**
 * A phrase of the first kind and, anywhere behind it, one of the second: `(?:heads).*(?:tails)`. No head lies
 * within another, so the first one leaves the most room for a tail, and each pattern runs once: backtracking
 * over `.*` would look for the tail again from every head.
 */
export function phraseThenPhrase(heads: string, tails: string): PhraseTest {
  const first = toPhrases(heads);
  const second = toPhrases(tails);
  return (line, profile) => {
    const head = searchFrom(select(first, profile), line, 0);
    if (head === null) return false;
    return searchFrom(select(second, profile), line, head.index + head[0].length) !== null;
  };
}
