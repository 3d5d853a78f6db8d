/**
 * Text as the legacy's Python sees it. Its `\w` is letters, numbers and the low line of every script; its
 * `\s` counts U+0085 and U+001C–001F and leaves U+FEFF, where JavaScript's is the other way round.
 */
export const WORD = String.raw`[\p{L}\p{N}_]`;
export const SPACE = String.raw`[\p{White_Space}\u001c-\u001f]`;

const SPACES = new RegExp(`${SPACE}+`, "gu");

/** Every run of white space becomes one blank, and none is left at the ends. */
export const collapseWhitespace = (text: string): string =>
  text.replace(SPACES, " ").replace(/^ | $/gu, "");

/**
 * Lower case for a comparison that ignores case as Python's `re.IGNORECASE` does: it takes a few characters
 * beside ASCII's for `i`, `s` and `k`.
 */
export const foldCase = (text: string): string =>
  text
    .replace(/[\u0130\u0131]/gu, "i")
    .replaceAll("\u017f", "s")
    .replaceAll("\u212a", "k")
    .toLowerCase();

/** A pattern that matches any of the alternatives where it stands between what belongs to no word. */
export const wholeWord = (alternatives: string, flags = "u"): RegExp =>
  new RegExp(`(?<!${WORD})(?:${alternatives})(?!${WORD})`, flags);
