import { type JsonCursor, JsonDecodeError, takeIf } from "#contracts/validation/json-cursor.ts";

// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX_DIGITS = /[0-9a-fA-F]{4}/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function match(cursor: JsonCursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.index;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.index += found?.length ?? 0;
  return found;
}

/** The escape whose backslash stands before the cursor. */
function readEscape(cursor: JsonCursor): string {
  const at = cursor.index;
  const letter = cursor.text.charAt(at);
  cursor.index += 1;
  if (letter !== "u") {
    const plain = ESCAPES.get(letter);
    if (plain === undefined) throw new JsonDecodeError(String.raw`Invalid \escape`, at - 1);
    return plain;
  }
  const digits = match(cursor, HEX_DIGITS);
  // CPython wants at least one character after the digits, be it the closing quote.
  if (digits === undefined || cursor.index >= cursor.text.length) {
    throw new JsonDecodeError(String.raw`Invalid \uXXXX escape`, at);
  }
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** The rest of a string whose opening quote stands before the cursor. */
export function readString(cursor: JsonCursor): string {
  const begin = cursor.index - 1;
  let result = "";
  for (;;) {
    result += match(cursor, PLAIN_CHARACTERS) ?? "";
    if (takeIf(cursor, '"')) return result;
    const isEscape = takeIf(cursor, "\\");
    if (cursor.index >= cursor.text.length) {
      throw new JsonDecodeError("Unterminated string starting at", begin);
    }
    if (!isEscape) throw new JsonDecodeError("Invalid control character at", cursor.index);
    result += readEscape(cursor);
  }
}
