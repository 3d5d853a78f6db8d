import type { NumberRule, TextRule } from "#contracts/schema/fields.ts";
import { countCodePoints, stripWhitespace } from "#contracts/schema/text.ts";
import { FAULTS, type Fault } from "#contracts/validation/fault.ts";
import { toFloat, toInteger } from "#contracts/validation/python-number.ts";
import {
  isFloat,
  type PythonInteger,
  type PythonValue,
} from "#contracts/validation/python-value.ts";

export type ScalarReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

const accept = <Value>(value: Value): ScalarReading<Value> => ({ ok: true, value });
const refuse = (fault: Fault): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault,
});

const TWO_TO_THE_63 = 2 ** 63;
const TRUE_WORDS: ReadonlySet<string> = new Set(["1", "t", "y", "on", "yes", "true"]);
const FALSE_WORDS: ReadonlySet<string> = new Set(["0", "f", "n", "off", "no", "false"]);

export function readText(value: PythonValue, rule: TextRule): ScalarReading<string> {
  if (typeof value !== "string") return refuse(FAULTS.notAString);
  if (!value.isWellFormed()) return refuse(FAULTS.loneSurrogate);
  const text = rule.strip === true ? stripWhitespace(value) : value;
  const length = countCodePoints(text);
  const { minLength, maxLength, pattern } = rule;
  if (maxLength !== undefined && length > maxLength) return refuse(FAULTS.tooLong(maxLength));
  if (minLength !== undefined && length < minLength) return refuse(FAULTS.tooShort(minLength));
  if (pattern !== undefined && !new RegExp(pattern).test(text))
    return refuse(FAULTS.patternMismatch(pattern));
  const refusal = rule.refusal?.(text);
  return refusal === undefined ? accept(text) : refuse(FAULTS.refused(refusal));
}

function floatToInteger(value: number): ScalarReading<PythonInteger> {
  if (!Number.isFinite(value)) return refuse(FAULTS.notFinite);
  if (value % 1 !== 0) return refuse(FAULTS.fraction);
  return Math.abs(value) < TWO_TO_THE_63 ? accept(value) : refuse(FAULTS.integerTooLong);
}

function textToInteger(value: string): ScalarReading<PythonInteger> {
  const parsed = toInteger(value);
  if (parsed === "not-a-number") return refuse(FAULTS.unclearInteger);
  return parsed === "too-long" ? refuse(FAULTS.integerTooLong) : accept(parsed);
}

function readInteger(value: PythonValue): ScalarReading<PythonInteger> {
  if (typeof value === "number" || typeof value === "bigint") return accept(value);
  if (typeof value === "boolean") return accept(value ? 1 : 0);
  if (typeof value === "string") return textToInteger(value);
  return isFloat(value) ? floatToInteger(value.float) : refuse(FAULTS.notAnInteger);
}

function readFloat(value: PythonValue): ScalarReading<number> {
  if (typeof value === "boolean") return accept(value ? 1 : 0);
  if (typeof value === "string") {
    const parsed = toFloat(value);
    return parsed === undefined ? refuse(FAULTS.unclearNumber) : accept(parsed);
  }
  if (isFloat(value)) return accept(value.float);
  const isInteger = typeof value === "number" || typeof value === "bigint";
  const converted = isInteger ? Number(value) : Number.NaN;
  return Number.isFinite(converted) ? accept(converted) : refuse(FAULTS.notANumber);
}

export function readNumber(value: PythonValue, rule: NumberRule): ScalarReading<number> {
  const reading = rule.type === "integer" ? readInteger(value) : readFloat(value);
  if (!reading.ok) return reading;
  const { minimum, maximum } = rule;
  // A bound is reported as the field's own type: `1` for an integer, `1.0` for a float.
  const toBound = (bound: number): PythonValue =>
    rule.type === "integer" ? bound : { float: bound };
  // Not `<`: NaN is no number that holds a bound.
  if (maximum !== undefined && !(reading.value <= maximum)) {
    return refuse(FAULTS.tooLarge(maximum, toBound(maximum)));
  }
  if (minimum !== undefined && !(reading.value >= minimum)) {
    return refuse(FAULTS.tooSmall(minimum, toBound(minimum)));
  }
  return accept(Number(reading.value));
}

/** Whole, and within 64 bits. */
const isLong = (number: number | bigint): boolean =>
  typeof number === "bigint"
    ? BigInt.asIntN(64, number) === number
    : number % 1 === 0 && Math.abs(number) < TWO_TO_THE_63;

function numberToFlag(number: number | bigint): ScalarReading<boolean> {
  if (number === 0 || number === 1) return accept(number === 1);
  return refuse(isLong(number) ? FAULTS.unclearBoolean : FAULTS.notABoolean);
}

function textToFlag(text: string): ScalarReading<boolean> {
  const word = text.toLowerCase();
  if (TRUE_WORDS.has(word)) return accept(true);
  return FALSE_WORDS.has(word) ? accept(false) : refuse(FAULTS.unclearBoolean);
}

export function readFlag(value: PythonValue): ScalarReading<boolean> {
  if (typeof value === "boolean") return accept(value);
  if (typeof value === "string") return textToFlag(value);
  if (isFloat(value)) return numberToFlag(value.float);
  const isInteger = typeof value === "number" || typeof value === "bigint";
  return isInteger ? numberToFlag(value) : refuse(FAULTS.notABoolean);
}
