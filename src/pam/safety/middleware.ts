/**
 * The one safety layer of every surface: REST, WebSocket and voice. A message is validated and sanitised,
 * then its text is checked; what the client is answered is its surface's matter.
 */
import { CHECKS, prepareText, type SafetyCheck } from "./checks/index.ts";
import type { SafetyProfile } from "./profile.ts";
import { CONFIDENCE, type SafetyResult } from "./result.ts";
import type { SecondStage } from "./second-stage.ts";
import { secureMessage, type SecureWebSocketMessage } from "./secure-message.ts";

export { MessageRefused } from "./message-refused.ts";
export type { SafetyResult } from "./result.ts";
export { sanitizeContext, type CleanContext } from "./sanitize/sanitize-context.ts";
export { sanitizeText } from "./sanitize/sanitize-text.ts";
export type { SecureWebSocketMessage } from "./secure-message.ts";
export { logSecurityEvent } from "./security-event.ts";

export interface SafetyContext {
  /** Default `legacy`. */
  readonly profile?: SafetyProfile;
  /** Only the checks whose hits count as this; default all. */
  readonly event?: SafetyCheck["event"];
}

/**
 * Gives the message with its eight fields, sanitised. Throws `MessageRefused` where the envelope does not
 * accept it, or where a text could still run once it is cleaned.
 */
export const validateAndSanitizeMessage = (
  payload: unknown,
  { profile = "legacy" }: SafetyContext = {},
): SecureWebSocketMessage => secureMessage(payload, profile);

/**
 * Checks a sanitised text for prompt injection and for signatures of attacks; the first hit decides. Takes
 * time linear in the text, and never throws.
 */
export function runSafetyChecks(
  text: string,
  { profile = "legacy", event }: SafetyContext = {},
): SafetyResult {
  const prepared = prepareText(text, profile);
  for (const check of CHECKS) {
    if (event !== undefined && check.event !== event) continue;
    const reason = check.find(prepared);
    if (reason !== undefined) {
      return {
        isMalicious: true,
        confidence: CONFIDENCE.hit,
        reason,
        detectionMethod: "regex",
        check: check.name,
        event: check.event,
      };
    }
  }
  return {
    isMalicious: false,
    confidence: CONFIDENCE.clean,
    reason: "No malicious patterns detected",
    detectionMethod: "regex",
  };
}

export interface StagedSafetyContext extends SafetyContext {
  /** Asked about what the checks find clean; without it their answer is final. */
  readonly secondStage?: SecondStage;
  readonly signal: AbortSignal;
}

/** The checks and then, where there is one, the second stage. Rejects only as `signal` is aborted. */
export async function runSafetyStages(
  text: string,
  { secondStage, signal, ...context }: StagedSafetyContext,
): Promise<SafetyResult> {
  const result = runSafetyChecks(text, context);
  return result.isMalicious || secondStage === undefined ? result : secondStage.judge(text, signal);
}
