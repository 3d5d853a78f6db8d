import { countCodePoints } from "#contracts/schema/text.ts";
import {
  COMPACT_DUMPS_STYLE,
  DUMPS_STYLE,
  toPythonJson,
} from "#contracts/validation/python-json-text.ts";
import {
  isDict,
  isList,
  type PythonDict,
  type PythonValue,
} from "#contracts/validation/python-value.ts";
import { formatBytes } from "#pam/message-size/format-bytes.ts";
import {
  BYTE_LIMITS,
  CHARACTER_LIMITS,
  FIELD_LIMITS,
  type MessageType,
  NESTED_BYTE_LIMIT,
} from "#pam/message-size/limits.ts";

/** A client reads it as it stands. */
export interface SizeInfo {
  readonly message_size_bytes: number;
  readonly limit_bytes: number;
  readonly message_size_formatted: string;
  readonly limit_formatted: string;
}

/** `reason` is the legacy's sentence. */
export type SizeVerdict =
  | { readonly kind: "within"; readonly sizeInfo: SizeInfo }
  | { readonly kind: "message-too-large"; readonly reason: string; readonly sizeInfo: SizeInfo }
  | {
      readonly kind: "field-too-large";
      readonly reason: string;
      readonly sizeInfo: SizeInfo;
      /** The legacy's sentence for each field that is too large. */
      readonly fieldViolations: Readonly<Record<string, string>>;
    };

const fieldLimits: Readonly<Record<string, number>> = FIELD_LIMITS;
const characterLimits: Readonly<Partial<Record<MessageType, number>>> = CHARACTER_LIMITS;

function fieldViolation(name: string, value: PythonValue): string | undefined {
  if (typeof value === "string") {
    const limit = Object.hasOwn(fieldLimits, name) ? fieldLimits[name] : undefined;
    const length = countCodePoints(value);
    return limit !== undefined && length > limit
      ? `Field '${name}' length ${length} exceeds limit ${limit}`
      : undefined;
  }
  if (!isDict(value) && !isList(value)) return undefined;
  const bytes = toPythonJson(value, DUMPS_STYLE).length;
  return bytes > NESTED_BYTE_LIMIT
    ? `Nested field '${name}' size ${formatBytes(bytes)} exceeds limit ${formatBytes(NESTED_BYTE_LIMIT)}`
    : undefined;
}

/**
 * Holds a message to the limits of its type: first the whole, as compact JSON in ASCII, then each field, texts
 * in code points and what is nested as JSON with blanks. Takes time linear in the message. Pure.
 */
export function checkMessageSize(message: PythonDict, type: MessageType): SizeVerdict {
  const limit = BYTE_LIMITS[type];
  const bytes = toPythonJson(message, COMPACT_DUMPS_STYLE).length;
  const sizeInfo: SizeInfo = {
    message_size_bytes: bytes,
    limit_bytes: limit,
    message_size_formatted: formatBytes(bytes),
    limit_formatted: formatBytes(limit),
  };
  if (bytes > limit) {
    const reason = `Message size ${formatBytes(bytes)} exceeds limit of ${formatBytes(limit)} for ${type}`;
    return { kind: "message-too-large", reason, sizeInfo };
  }
  const violations = [...message].flatMap(([name, value]) => {
    const violation = fieldViolation(name, value);
    return violation === undefined ? [] : [[name, violation] as const];
  });
  if (violations.length === 0) return { kind: "within", sizeInfo };
  return {
    kind: "field-too-large",
    reason: "One or more fields exceed size limits",
    sizeInfo,
    fieldViolations: Object.fromEntries(violations),
  };
}

/** What is wrong with a text that is a message by itself, in the legacy's words; types without a limit take any. */
export function textLengthFault(text: string, type: MessageType): string | undefined {
  const limit = characterLimits[type];
  const length = countCodePoints(text);
  return limit !== undefined && length > limit
    ? `Text length ${length} characters exceeds limit of ${limit} for ${type}`
    : undefined;
}
