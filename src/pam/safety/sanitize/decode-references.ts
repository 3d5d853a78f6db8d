import { decodeHTML, replaceCodePoint } from "entities/decode";

/** As Python's `html.unescape` finds them: the semicolon may be missing. */
const REFERENCE = /&(?:#(\d+|[xX][\da-fA-F]+);?|[^\t\n\f <&#;]{1,32};?)/gu;

/** What a number may not stand for: Python leaves such a reference out, where browsers keep it. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const LEFT_OUT = /^[\u0001-\u0008\u000b\u000e-\u001f\u007f\p{Noncharacter_Code_Point}]$/u;

function toCharacter(code: number): string {
  const character = String.fromCodePoint(replaceCodePoint(code));
  return LEFT_OUT.test(character) ? "" : character;
}

/**
 * Decodes HTML's character references once, as Python's `html.unescape` does: named ones by the longest
 * name that fits, numbers of Windows-1252 by its table.
 */
export function decodeReferences(text: string): string {
  return text.replace(REFERENCE, (whole, number?: string) =>
    // "0" makes "x3c" hexadecimal and changes no decimal.
    number === undefined ? decodeHTML(whole) : toCharacter(Number(`0${number}`)),
  );
}
