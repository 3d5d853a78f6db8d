/**
 * A value as Python's `json` module reads it. An `int` is a bigint and a `float` a number, because the
 * legacy tells them apart in its errors (`4.0` is no `4`); a `dict` is a Map, because it keeps the order
 * of its keys and has no prototype to pollute.
 */
export type PythonValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly PythonValue[]
  | PythonDict;

export type PythonDict = ReadonlyMap<string, PythonValue>;

export const isDict = (value: PythonValue): value is PythonDict => value instanceof Map;

export const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value);

/** The same value in JavaScript's own shapes. Integers beyond 2^53 lose their last digits. */
export function toPlainValue(value: PythonValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(toPlainValue);
  // `fromEntries` defines own properties, so that a key `__proto__` stays a key.
  if (isDict(value)) {
    return Object.fromEntries([...value].map(([key, entry]) => [key, toPlainValue(entry)]));
  }
  return value;
}
