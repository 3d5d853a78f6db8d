/**
 * A value as Python's `json` module reads it. The legacy tells an `int` from a `float` in its errors
 * (`4.0` is no `4`), so a float is wrapped; a bare number is an int, and one beyond 2^53 a bigint. A
 * `dict` is a Map: it keeps the order of its keys and has no prototype to pollute.
 */
export type PythonValue =
  | null
  | boolean
  | PythonInteger
  | PythonFloat
  | string
  | readonly PythonValue[]
  | PythonDict;

export type PythonInteger = number | bigint;

export interface PythonFloat {
  readonly float: number;
}

export type PythonDict = ReadonlyMap<string, PythonValue>;

export const isDict = (value: PythonValue): value is PythonDict => value instanceof Map;

export const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value);

export const isFloat = (value: PythonValue): value is PythonFloat =>
  typeof value === "object" && value !== null && "float" in value;

/** An integer of decimal digits, with or without a minus. */
export function toPythonInteger(digits: string): PythonInteger {
  const value = Number(digits);
  // Python has no negative zero among its integers.
  if (value === 0) return 0;
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** The same value in JavaScript's own shapes. Integers beyond 2^53 lose their last digits. */
export function toPlainValue(value: PythonValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(toPlainValue);
  // `fromEntries` defines own properties, so that a key `__proto__` stays a key.
  if (isDict(value)) {
    return Object.fromEntries([...value].map(([key, entry]) => [key, toPlainValue(entry)]));
  }
  return isFloat(value) ? value.float : value;
}

function toPythonValue(value: unknown): PythonValue {
  if (typeof value === "number") return Number.isInteger(value) ? value : { float: value };
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(toPythonValue);
  return typeof value === "object" && value !== null ? toPythonDict(value) : null;
}

/** The way back: whole numbers are integers, and what JSON has no word for is null. */
export const toPythonDict = (value: object): PythonDict =>
  new Map(Object.entries(value).map(([key, entry]) => [key, toPythonValue(entry)]));
