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

export interface JsonStyle {
  readonly comma: string;
  readonly colon: string;
  /** Every character beyond ASCII's printable ones as `\uXXXX`. */
  readonly isAscii: boolean;
}

/** As the legacy's answers have it: no blanks, nothing escaped that need not be. */
const ANSWER_STYLE: JsonStyle = { comma: ",", colon: ":", isAscii: false };
/** What `json.dumps` writes unless it is told otherwise. */
export const DUMPS_STYLE: JsonStyle = { comma: ", ", colon: ": ", isAscii: true };
/** The same without blanks. */
export const COMPACT_DUMPS_STYLE: JsonStyle = { comma: ",", colon: ":", isAscii: true };

const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function toTextText(text: string, { isAscii }: JsonStyle): string {
  const quoted = JSON.stringify(text);
  return isAscii ? quoted.replaceAll(/[\u007f-\uffff]/g, toEscape) : quoted;
}

/** JSON text as Python writes it, in the style of the legacy's answers unless another is given. */
export function toPythonJson(value: PythonValue, style: JsonStyle = ANSWER_STYLE): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return toTextText(value, style);
  if (isFloat(value)) return toFloatText(value.float);
  if (isList(value)) {
    return `[${value.map((item) => toPythonJson(item, style)).join(style.comma)}]`;
  }
  if (isDict(value)) {
    const entries = [...value].map(
      ([key, entry]) => `${toTextText(key, style)}${style.colon}${toPythonJson(entry, style)}`,
    );
    return `{${entries.join(style.comma)}}`;
  }
  return JSON.stringify(value);
}
