import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { securityMessageSizeValidate } from "#contracts/security/message-size-validate.contract.ts";
import { parseLegacyRequest } from "#contracts/validation/legacy-request.ts";
import { isDict, type PythonDict } from "#contracts/validation/python-value.ts";
import {
  checkMessageSize,
  isMessageType,
  MESSAGE_TYPES,
  type MessageType,
  type SizeVerdict,
  textLengthFault,
} from "#pam/message-size/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";

/** Where a message has its text, by what the surfaces call it. */
const TEXT_FIELDS = ["message", "content", "text"] as const;

interface Judgement {
  readonly error: string | null;
  readonly fieldViolations: Readonly<Record<string, string>>;
}

/** A text that is short enough for a field may still be too long for its surface. */
function textViolations(message: PythonDict, type: MessageType): Judgement {
  const violations = TEXT_FIELDS.flatMap((name) => {
    const text = message.get(name);
    const fault = typeof text === "string" ? textLengthFault(text, type) : undefined;
    return fault === undefined ? [] : [[name, fault] as const];
  });
  return { error: violations[0]?.[1] ?? null, fieldViolations: Object.fromEntries(violations) };
}

function judge(verdict: SizeVerdict, message: PythonDict, type: MessageType): Judgement {
  switch (verdict.kind) {
    case "within":
      return textViolations(message, type);
    case "message-too-large":
      return { error: verdict.reason, fieldViolations: {} };
    case "field-too-large":
      return { error: verdict.reason, fieldViolations: verdict.fieldViolations };
    default:
      return verdict satisfies never;
  }
}

function readType(name: string): MessageType {
  if (isMessageType(name)) return name;
  const detail = `Unknown message type '${name}': must be one of ${MESSAGE_TYPES.join(", ")}`;
  throw new AppError("REQUEST_MALFORMED", undefined, { detail });
}

/**
 * `POST /api/v1/pam/message-size/validate`: what would become of a message, by the rules that the surfaces
 * themselves keep. It counts as a validation and against nobody.
 */
export function createMessageSizeValidate({
  authenticator,
  clock,
  messageSizes,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const body = await readBody(request);
    await authenticator.verifyHeader(request.headers.authorization);
    const { query, body: schema } = securityMessageSizeValidate.request;
    const parts = { search: searchOf(request), body };
    const given = accept(parseLegacyRequest({ query, body: schema }, parts));
    const type = readType(given.query.message_type);
    // The contract has taken it for an object; sizes are those of Python's values, not of plain ones.
    const message = isDict(body) ? body : new Map();
    const verdict = checkMessageSize(message, type);
    messageSizes.record(verdict);
    const { error, fieldViolations } = judge(verdict, message, type);
    sendJson(response, 200, {
      success: true,
      valid: error === null,
      message_type: type,
      size_info: verdict.sizeInfo,
      error,
      field_violations: fieldViolations,
      violation_count: Object.keys(fieldViolations).length,
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
