import { REFERENCE_NAMES } from "./reference-names.ts";

const NAME_STARTS: ReadonlySet<string> = new Set(
  REFERENCE_NAMES.flatMap((name) => Array.from(name, (_, at) => name.slice(0, at + 1))),
);

/**
 * `&#…;` with at most one character that is no digit of it, `&name;`, or what has to be escaped by itself.
 */
const MARKUP =
  /&(#(?:[xX][\da-fA-F]*|\d*))([^<&=; \t\n\r\v\f])?;|&[^<&=; \t\n\r\v\f]{1,31};|[&<>]/gu;

/** Escapes `&`, `<` and `>`, whatever they are part of. Quotes stay. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * Escapes as Bleach's serialiser does, which keeps what looks like a character reference. It takes any
 * beginning of a reference's name for one (`&y;`), and drops a stray character of a number.
 */
export function escapeBareMarkup(text: string): string {
  return text.replace(MARKUP, (whole, number?: string, stray?: string) => {
    if (number !== undefined) return `&${number};${stray === undefined ? "" : ";"}`;
    return NAME_STARTS.has(whole.slice(1, -1)) ? whole : escapeMarkup(whole);
  });
}
