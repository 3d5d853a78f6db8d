const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function toEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

/** A text as Python's `repr` shows it, as it stands in the legacy's sentences. Linear. */
export function toPythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    // What is neither a letter, a mark, a sign nor a plain blank is not printable to Python.
    .replaceAll(/[\\\p{C}\p{Z}]/gu, (character) =>
      character === " " ? character : (ESCAPES[character] ?? toEscape(character)),
    )
    .replaceAll(quote, (found) => (found === "'" ? "\\'" : found));
  return `${quote}${escaped}${quote}`;
}
