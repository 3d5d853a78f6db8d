import type { ChatMessage } from "#concerns/chat/read-message.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { toPythonRepr } from "#contracts/validation/python-repr.ts";
import { toPythonDict } from "#contracts/validation/python-value.ts";
import { checkMessageSize, type SizeVerdict } from "#pam/message-size/index.ts";
import { logSecurityEvent, runSafetyChecks } from "#pam/safety/middleware.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";
import type { SecurityEventName } from "#pam/safety/security-event.ts";
import { isOverThreshold } from "#pam/safety/violations/violation-store.ts";

export type Guards = Pick<ConcernDependencies, "violations" | "securityEvents" | "messageSizes">;

export interface Sender {
  readonly userId: string;
  readonly profile: SafetyProfile;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Texts, whole numbers and objects of them, as Python prints a dict. */
function toDictRepr(record: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(record).map(([key, value]) => {
    const shown = isRecord(value) ? toDictRepr(value) : undefined;
    return `${toPythonRepr(key)}: ${shown ?? (typeof value === "string" ? toPythonRepr(value) : String(value))}`;
  });
  return `{${entries.join(", ")}}`;
}

function describeSize(verdict: Exclude<SizeVerdict, { kind: "within" }>): string {
  const described = {
    error: "Message size violation",
    message: verdict.reason,
    size_info: { ...verdict.sizeInfo },
    ...(verdict.kind === "field-too-large" && { field_violations: verdict.fieldViolations }),
  };
  return `413: ${toDictRepr(described)}`;
}

/**
 * What the legacy's guards have against a message, as the text of the exception that it shows its clients; `undefined`
 * where it may be answered. Each refusal counts against the user, and is told otherwise from the fifth of its kind on.
 */
export async function findRefusal(
  message: ChatMessage,
  { userId, profile }: Sender,
  { violations, securityEvents, messageSizes }: Guards,
): Promise<string | undefined> {
  async function isRepeated(name: SecurityEventName, check: string, reason: string) {
    logSecurityEvent({ name, userId, check, reason, text: message.message }, securityEvents);
    return isOverThreshold(await violations.record(userId, name));
  }

  const verdict = runSafetyChecks(message.message, { profile, event: "SUSPICIOUS_MESSAGE" });
  if (verdict.isMalicious) {
    return (await isRepeated("REST_SUSPICIOUS_MESSAGE", verdict.check, verdict.reason))
      ? "403: Access denied due to security policy violations"
      : "400: Message contains suspicious content and was rejected";
  }
  const size = checkMessageSize(toPythonDict(message), "rest_api_chat");
  messageSizes.record(size);
  if (size.kind === "within") return undefined;
  return (await isRepeated("REST_MESSAGE_SIZE_VIOLATION", "message-size", size.reason))
    ? "403: Access denied due to repeated message size violations"
    : describeSize(size);
}
