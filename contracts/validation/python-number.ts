import { stripWhitespace } from "#contracts/schema/text.ts";
import { type PythonInteger, toPythonInteger } from "#contracts/validation/python-value.ts";

/** pydantic reads no longer integer from a string, leading zeros not counted. */
const MAX_INTEGER_DIGITS = 4300;

const INTEGER = /^([+-]?)([0-9]+(?:_[0-9]+)*)(?:\.0+)?$/;
const FLOAT = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const NOT_FINITE = /^([+-]?)(inf|infinity|nan)$/i;

/** An integer as pydantic reads it from a string: `12`, ` 012`, `1_000` and `12.0`, but not `1e3`. */
export function toInteger(text: string): PythonInteger | "not-a-number" | "too-long" {
  const found = INTEGER.exec(stripWhitespace(text));
  if (found === null) return "not-a-number";
  const digits = (found[2] ?? "").replaceAll("_", "").replace(/^0+(?=[0-9])/, "");
  if (digits.length > MAX_INTEGER_DIGITS) return "too-long";
  return toPythonInteger(found[1] === "-" ? `-${digits}` : digits);
}

/** A float as pydantic reads it from a string: Rust's own syntax, with single underscores inside. */
export function toFloat(text: string): number | undefined {
  const stripped = stripWhitespace(text);
  if (stripped.startsWith("_") || stripped.endsWith("_") || stripped.includes("__")) {
    return undefined;
  }
  const plain = stripped.replaceAll("_", "");
  if (FLOAT.test(plain)) return Number(plain);
  const [, sign, word] = NOT_FINITE.exec(plain) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === "nan") return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
