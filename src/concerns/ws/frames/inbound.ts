import { readPythonJson } from "#contracts/validation/python-json.ts";
import { isDict, toPlainValue } from "#contracts/validation/python-value.ts";
import { BYTE_LIMITS } from "#pam/message-size/index.ts";

/**
 * In bytes. What is left of a frame must keep this limit on the legacy, which reads the frame first, whatever its size:
 * seconds of a process that serves others, too.
 */
export const MAX_FRAME_BYTES = BYTE_LIMITS.websocket_json;

export type Frame = Readonly<Record<string, unknown>>;

/** A text frame as an object, read as Python reads JSON; `undefined` for whatever is none. Never throws; linear. */
export function readFrame(raw: Buffer): Frame | undefined {
  const reading = readPythonJson(raw.toString("utf8"));
  if (reading.kind !== "value" || !isDict(reading.value)) return undefined;
  const entries = [...reading.value].map(([key, value]) => [key, toPlainValue(value)] as const);
  return Object.fromEntries(entries);
}
