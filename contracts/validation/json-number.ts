import {
  isDigitAt,
  type JsonCursor,
  JsonUnreadableError,
  skipDigits,
  takeIf,
} from "#contracts/validation/json-cursor.ts";
import {
  type PythonFloat,
  type PythonInteger,
  toPythonInteger,
} from "#contracts/validation/python-value.ts";

/** CPython reads no integer with more digits: `sys.get_int_max_str_digits()`. */
const MAX_INTEGER_DIGITS = 4300;

/** Steps over a fraction; a dot without a digit is none. */
function skipFraction(cursor: JsonCursor): void {
  if (cursor.text[cursor.index] !== "." || !isDigitAt(cursor, cursor.index + 1)) return;
  cursor.index += 1;
  skipDigits(cursor);
}

function skipExponent(cursor: JsonCursor): void {
  const { text, index } = cursor;
  if (text[index] !== "e" && text[index] !== "E") return;
  const hasSign = text[index + 1] === "+" || text[index + 1] === "-";
  const digits = index + (hasSign ? 2 : 1);
  if (!isDigitAt(cursor, digits)) return;
  cursor.index = digits;
  skipDigits(cursor);
}

/**
 * A number that begins here, or `undefined` where none begins. What makes no fraction or exponent is
 * left, as CPython leaves it.
 */
export function readNumber(cursor: JsonCursor): PythonInteger | PythonFloat | undefined {
  const start = cursor.index;
  takeIf(cursor, "-");
  const first = cursor.index;
  if (!isDigitAt(cursor, first)) {
    cursor.index = start;
    return undefined;
  }
  // After a leading zero the integer is over.
  if (!takeIf(cursor, "0")) skipDigits(cursor);
  const end = cursor.index;
  skipFraction(cursor);
  skipExponent(cursor);
  if (cursor.index > end) return { float: Number(cursor.text.slice(start, cursor.index)) };
  if (end - first > MAX_INTEGER_DIGITS) throw new JsonUnreadableError();
  return toPythonInteger(cursor.text.slice(start, end));
}
