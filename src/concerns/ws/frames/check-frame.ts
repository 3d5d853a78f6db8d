import type { Frame } from "#concerns/ws/frames/inbound.ts";
import { toPythonDict } from "#contracts/validation/python-value.ts";
import { checkMessageSize, type SizeVerdict } from "#pam/message-size/index.ts";
import {
  MessageRefused,
  runSafetyChecks,
  type SafetyResult,
  type SecureWebSocketMessage,
  validateAndSanitizeMessage,
} from "#pam/safety/middleware.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";

export type MaliciousVerdict = Extract<SafetyResult, { isMalicious: true }>;

/** What the envelope, the safety layer and the sizes make of a frame, whatever its type. */
export type FrameCheck =
  | { readonly kind: "invalid"; readonly refusal: MessageRefused }
  | { readonly kind: "malicious"; readonly verdict: MaliciousVerdict; readonly text: string }
  | { readonly kind: "too-large"; readonly size: Exclude<SizeVerdict, { kind: "within" }> }
  | { readonly kind: "fit"; readonly message: SecureWebSocketMessage; readonly size: SizeVerdict };

/** What the user says: `message`, or `content` where that is empty. */
export const textOf = ({ message, content }: SecureWebSocketMessage): string =>
  (message ?? "") === "" ? (content ?? "") : (message ?? "");

function validate(frame: Frame, profile: SafetyProfile): SecureWebSocketMessage | MessageRefused {
  try {
    return validateAndSanitizeMessage(frame, { profile });
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
}

/** The legacy's order: envelope and sanitising, safety, size. Pure, and linear in the frame. */
export function checkFrame(frame: Frame, profile: SafetyProfile): FrameCheck {
  const message = validate(frame, profile);
  if (message instanceof MessageRefused) return { kind: "invalid", refusal: message };
  const text = textOf(message);
  if (text !== "") {
    const verdict = runSafetyChecks(text, { profile });
    if (verdict.isMalicious) return { kind: "malicious", verdict, text };
  }
  const size = checkMessageSize(toPythonDict(message), "websocket_json");
  return size.kind === "within" ? { kind: "fit", message, size } : { kind: "too-large", size };
}
