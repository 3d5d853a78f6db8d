import { countCodePoints } from "#contracts/schema/text.ts";
import {
  type JsonCursor,
  JsonDecodeError,
  JsonUnreadableError,
  skipWhitespace,
  takeIf,
} from "#contracts/validation/json-cursor.ts";
import { readNumber } from "#contracts/validation/json-number.ts";
import { readString } from "#contracts/validation/json-string.ts";
import type { PythonValue } from "#contracts/validation/python-value.ts";

/** How deep arrays and objects may nest. CPython gives up at some depth too, with the same answer. */
export const MAX_JSON_DEPTH = 1000;

/**
 * `invalid` is a `json.JSONDecodeError`: its message, and its place counted in code points. `unreadable`
 * is any other exception of the parser: nesting too deep, an integer too long.
 */
export type JsonReading =
  | { readonly kind: "value"; readonly value: PythonValue }
  | { readonly kind: "invalid"; readonly message: string; readonly position: number }
  | { readonly kind: "unreadable" };

const CONSTANTS: readonly (readonly [string, PythonValue])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", { float: Number.NaN }],
  ["Infinity", { float: Number.POSITIVE_INFINITY }],
  ["-Infinity", { float: Number.NEGATIVE_INFINITY }],
];

/** Reads entries up to the bracket that closes them; the opening one stands before the cursor. */
function readEntries(cursor: JsonCursor, kind: "array" | "object", readEntry: () => void): void {
  const close = kind === "array" ? "]" : "}";
  cursor.depth += 1;
  if (cursor.depth > MAX_JSON_DEPTH) throw new JsonUnreadableError();
  skipWhitespace(cursor);
  if (!takeIf(cursor, close)) {
    for (;;) {
      readEntry();
      skipWhitespace(cursor);
      if (takeIf(cursor, close)) break;
      const comma = cursor.index;
      if (!takeIf(cursor, ",")) throw new JsonDecodeError("Expecting ',' delimiter", comma);
      skipWhitespace(cursor);
      if (cursor.text[cursor.index] === close) {
        throw new JsonDecodeError(`Illegal trailing comma before end of ${kind}`, comma);
      }
    }
  }
  cursor.depth -= 1;
}

function readObject(cursor: JsonCursor): PythonValue {
  const dict = new Map<string, PythonValue>();
  readEntries(cursor, "object", () => {
    if (!takeIf(cursor, '"')) {
      throw new JsonDecodeError("Expecting property name enclosed in double quotes", cursor.index);
    }
    const key = readString(cursor);
    skipWhitespace(cursor);
    if (!takeIf(cursor, ":")) throw new JsonDecodeError("Expecting ':' delimiter", cursor.index);
    skipWhitespace(cursor);
    dict.set(key, readValue(cursor));
  });
  return dict;
}

function readArray(cursor: JsonCursor): PythonValue {
  const list: PythonValue[] = [];
  readEntries(cursor, "array", () => {
    list.push(readValue(cursor));
  });
  return list;
}

function readConstant(cursor: JsonCursor): PythonValue {
  const found = CONSTANTS.find(([literal]) => takeIf(cursor, literal));
  if (found === undefined) throw new JsonDecodeError("Expecting value", cursor.index);
  return found[1];
}

function readValue(cursor: JsonCursor): PythonValue {
  if (takeIf(cursor, '"')) return readString(cursor);
  if (takeIf(cursor, "{")) return readObject(cursor);
  if (takeIf(cursor, "[")) return readArray(cursor);
  return readNumber(cursor) ?? readConstant(cursor);
}

function readDocument(text: string): PythonValue {
  const cursor = { text, index: 0, depth: 0 };
  skipWhitespace(cursor);
  const value = readValue(cursor);
  skipWhitespace(cursor);
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
