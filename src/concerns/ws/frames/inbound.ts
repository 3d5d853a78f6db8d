import { readPythonJson } from "#contracts/validation/python-json.ts";
import { isDict, toPlainValue } from "#contracts/validation/python-value.ts";

export type Frame = Readonly<Record<string, unknown>>;

/** A text frame as an object, read as Python reads JSON; `undefined` for whatever is none. Never throws. */
export function readFrame(raw: Buffer): Frame | undefined {
  const reading = readPythonJson(raw.toString("utf8"));
  if (reading.kind !== "value" || !isDict(reading.value)) return undefined;
  const entries = [...reading.value].map(([key, value]) => [key, toPlainValue(value)] as const);
  return Object.fromEntries(entries);
}
