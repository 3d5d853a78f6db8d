import { countCodePoints } from "#contracts/schema/text.ts";
import type { PythonValue } from "#contracts/validation/python-value.ts";

/** How deep arrays and objects may nest. CPython gives up at some depth too, with the same answer. */
export const MAX_JSON_DEPTH = 1000;

/** CPython reads no integer with more digits: `sys.get_int_max_str_digits()`. */
const MAX_INTEGER_DIGITS = 4300;

/**
 * `invalid` is a `json.JSONDecodeError`: its message, and its place counted in code points. `unreadable`
 * is any other exception of the parser: nesting too deep, an integer too long.
 */
export type JsonReading =
  | { readonly kind: "value"; readonly value: PythonValue }
  | { readonly kind: "invalid"; readonly message: string; readonly position: number }
  | { readonly kind: "unreadable" };

class JsonDecodeError extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

class JsonUnreadableError extends Error {}

interface Cursor {
  readonly text: string;
  index: number;
  depth: number;
}

const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX_DIGITS = /[0-9a-fA-F]{4}/y;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '"': '"',
    "\\": "\\",
    "/": "/",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
  }),
);

const CONSTANTS: readonly (readonly [string, PythonValue])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.index;
  const found = pattern.exec(cursor.text);
  if (found !== null) cursor.index = pattern.lastIndex;
  return found;
}

function takeIf(cursor: Cursor, literal: string): boolean {
  if (!cursor.text.startsWith(literal, cursor.index)) return false;
  cursor.index += literal.length;
  return true;
}

/** The escape whose backslash stands before the cursor. */
function readEscape(cursor: Cursor): string {
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
  if (digits === null || cursor.index >= cursor.text.length) {
    throw new JsonDecodeError(String.raw`Invalid \uXXXX escape`, at);
  }
  return String.fromCharCode(Number.parseInt(digits[0], 16));
}

/** The rest of a string whose opening quote stands before the cursor. */
function readString(cursor: Cursor): string {
  const begin = cursor.index - 1;
  let result = "";
  for (;;) {
    result += match(cursor, PLAIN_CHARACTERS)?.[0] ?? "";
    if (takeIf(cursor, '"')) return result;
    const isEscape = takeIf(cursor, "\\");
    if (cursor.index >= cursor.text.length) {
      throw new JsonDecodeError("Unterminated string starting at", begin);
    }
    if (!isEscape) throw new JsonDecodeError("Invalid control character at", cursor.index);
    result += readEscape(cursor);
  }
}

function readNumber(cursor: Cursor): bigint | number | undefined {
  const found = match(cursor, NUMBER);
  if (found === null) return undefined;
  const [all, integer = "", fraction, exponent] = found;
  if (fraction !== undefined || exponent !== undefined) return Number(all);
  const digits = integer.startsWith("-") ? integer.length - 1 : integer.length;
  if (digits > MAX_INTEGER_DIGITS) throw new JsonUnreadableError();
  return BigInt(integer);
}

/** Reads entries up to the bracket that closes them; the opening one stands before the cursor. */
function readEntries(cursor: Cursor, kind: "array" | "object", readEntry: () => void): void {
  const close = kind === "array" ? "]" : "}";
  cursor.depth += 1;
  if (cursor.depth > MAX_JSON_DEPTH) throw new JsonUnreadableError();
  match(cursor, WHITESPACE);
  if (!takeIf(cursor, close)) {
    for (;;) {
      readEntry();
      match(cursor, WHITESPACE);
      if (takeIf(cursor, close)) break;
      const comma = cursor.index;
      if (!takeIf(cursor, ",")) throw new JsonDecodeError("Expecting ',' delimiter", comma);
      match(cursor, WHITESPACE);
      if (cursor.text.startsWith(close, cursor.index)) {
        throw new JsonDecodeError(`Illegal trailing comma before end of ${kind}`, comma);
      }
    }
  }
  cursor.depth -= 1;
}

function readObject(cursor: Cursor): PythonValue {
  const dict = new Map<string, PythonValue>();
  readEntries(cursor, "object", () => {
    if (!takeIf(cursor, '"')) {
      throw new JsonDecodeError("Expecting property name enclosed in double quotes", cursor.index);
    }
    const key = readString(cursor);
    match(cursor, WHITESPACE);
    if (!takeIf(cursor, ":")) throw new JsonDecodeError("Expecting ':' delimiter", cursor.index);
    match(cursor, WHITESPACE);
    dict.set(key, readValue(cursor));
  });
  return dict;
}

function readArray(cursor: Cursor): PythonValue {
  const list: PythonValue[] = [];
  readEntries(cursor, "array", () => {
    list.push(readValue(cursor));
  });
  return list;
}

function readValue(cursor: Cursor): PythonValue {
  if (takeIf(cursor, '"')) return readString(cursor);
  if (takeIf(cursor, "{")) return readObject(cursor);
  if (takeIf(cursor, "[")) return readArray(cursor);
  for (const [literal, value] of CONSTANTS) {
    if (takeIf(cursor, literal)) return value;
  }
  const number = readNumber(cursor);
  if (number === undefined) throw new JsonDecodeError("Expecting value", cursor.index);
  return number;
}

function readDocument(text: string): PythonValue {
  const cursor = { text, index: 0, depth: 0 };
  match(cursor, WHITESPACE);
  const value = readValue(cursor);
  match(cursor, WHITESPACE);
  if (cursor.index < text.length) throw new JsonDecodeError("Extra data", cursor.index);
  return value;
}

/**
 * Reads JSON as `json.loads` of CPython 3.13 does: NaN and the infinities are numbers, the last of equal
 * keys wins, and a fault carries CPython's own message and place. Linear in the text; never throws.
 */
export function readPythonJson(text: string): JsonReading {
  try {
    return { kind: "value", value: readDocument(text) };
  } catch (error) {
    if (error instanceof JsonDecodeError) {
      const position = countCodePoints(text.slice(0, error.index));
      return { kind: "invalid", message: error.message, position };
    }
    if (error instanceof JsonUnreadableError) return { kind: "unreadable" };
    throw error;
  }
}
