import type { NumberRule, TextRule } from "#contracts/schema/fields.ts";
import { countCodePoints, stripWhitespace } from "#contracts/schema/text.ts";
import { FAULTS, type Fault } from "#contracts/validation/fault.ts";
import { toFloat, toInteger } from "#contracts/validation/python-number.ts";
import type { PythonValue } from "#contracts/validation/python-value.ts";

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

function floatToInteger(value: number): ScalarReading<bigint> {
  if (!Number.isFinite(value)) return refuse(FAULTS.notFinite);
  if (value % 1 !== 0) return refuse(FAULTS.fraction);
  return Math.abs(value) < TWO_TO_THE_63 ? accept(BigInt(value)) : refuse(FAULTS.integerTooLong);
}

function textToInteger(value: string): ScalarReading<bigint> {
  const parsed = toInteger(value);
  if (parsed === "not-a-number") return refuse(FAULTS.unclearInteger);
  return parsed === "too-long" ? refuse(FAULTS.integerTooLong) : accept(parsed);
}

function readInteger(value: PythonValue): ScalarReading<bigint> {
  if (typeof value === "bigint") return accept(value);
  if (typeof value === "boolean") return accept(value ? 1n : 0n);
  if (typeof value === "number") return floatToInteger(value);
  return typeof value === "string" ? textToInteger(value) : refuse(FAULTS.notAnInteger);
}

function readFloat(value: PythonValue): ScalarReading<number> {
  if (typeof value === "number") return accept(value);
  if (typeof value === "boolean") return accept(value ? 1 : 0);
  if (typeof value === "string") {
    const parsed = toFloat(value);
    return parsed === undefined ? refuse(FAULTS.unclearNumber) : accept(parsed);
  }
  const converted = typeof value === "bigint" ? Number(value) : Number.NaN;
  return Number.isFinite(converted) ? accept(converted) : refuse(FAULTS.notANumber);
}

export function readNumber(value: PythonValue, rule: NumberRule): ScalarReading<number> {
  const reading = rule.type === "integer" ? readInteger(value) : readFloat(value);
  if (!reading.ok) return reading;
  const { minimum, maximum } = rule;
  // A bound is reported as the field's own type: `1` for an integer, `1.0` for a float.
  const toBound = (bound: number): PythonValue => (rule.type === "integer" ? BigInt(bound) : bound);
  // Not `<`: NaN is no number that holds a bound.
  if (maximum !== undefined && !(reading.value <= maximum)) {
    return refuse(FAULTS.tooLarge(maximum, toBound(maximum)));
  }
  if (minimum !== undefined && !(reading.value >= minimum)) {
    return refuse(FAULTS.tooSmall(minimum, toBound(minimum)));
  }
  return accept(Number(reading.value));
}

export function readFlag(value: PythonValue): ScalarReading<boolean> {
  if (typeof value === "boolean") return accept(value);
  if (typeof value === "string") {
    const word = value.toLowerCase();
    if (TRUE_WORDS.has(word)) return accept(true);
    return FALSE_WORDS.has(word) ? accept(false) : refuse(FAULTS.unclearBoolean);
  }
  const number = typeof value === "bigint" ? Number(value) : value;
  if (number === 0 || number === 1) return accept(number === 1);
  const isInteger = typeof number === "number" && number % 1 === 0;
  return isInteger && Math.abs(number) < TWO_TO_THE_63
    ? refuse(FAULTS.unclearBoolean)
    : refuse(FAULTS.notABoolean);
}
