import { isDict, isFloat, isList, type PythonValue } from "#contracts/validation/python-value.ts";

/** `repr(float)`: like JavaScript's, but with `.0`, two digits of exponent and other thresholds. */
function toFloatText(value: number): string {
  // The legacy cannot send these: its own answer is a 500 then. Natively they become null.
  if (!Number.isFinite(value)) return "null";
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** JSON text as the legacy's answers have it: no blanks, nothing escaped that need not be. */
export function toPythonJson(value: PythonValue): string {
  if (typeof value === "bigint") return String(value);
  if (isFloat(value)) return toFloatText(value.float);
  if (isList(value)) return `[${value.map(toPythonJson).join(",")}]`;
  if (isDict(value)) {
    const entries = [...value].map(
      ([key, entry]) => `${JSON.stringify(key)}:${toPythonJson(entry)}`,
    );
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}
