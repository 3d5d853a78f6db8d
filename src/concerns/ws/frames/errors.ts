import { toFrameText } from "#concerns/ws/frames/frame-text.ts";
import type { SizeVerdict } from "#pam/message-size/index.ts";
import { FRAME_LIMIT } from "#pam/rate-limits/index.ts";

const type = "error";

const toError = (message: string, errorCode: string, more: object = {}): string =>
  toFrameText({ type, message, error_code: errorCode, ...more });

export const EMPTY_MESSAGE = toFrameText({
  type,
  message: "I didn't receive your message. Could you please try again?",
});

export const VALIDATION_ERROR = toError(
  "Message validation failed. Please check your input.",
  "VALIDATION_ERROR",
);

export const SECURITY_VIOLATION = toError(
  "Message blocked by security system. Please try again with a different message.",
  "SECURITY_VIOLATION",
);

export const SUSPICIOUS_CONTENT = toError(
  "Message contains suspicious content and was rejected.",
  "SUSPICIOUS_CONTENT",
);

export const toUnknownType = (name: string): string =>
  toFrameText({ type, message: `Unknown message type: ${name}` });

/** `sizeInfo` and the sentences of fields are the legacy's, to the letter. */
export function toTooLarge(verdict: Exclude<SizeVerdict, { kind: "within" }>): string {
  const size = { size_info: verdict.sizeInfo };
  if (verdict.kind === "message-too-large") {
    return toError("Message size violation", "MESSAGE_TOO_LARGE", size);
  }
  const { fieldViolations } = verdict;
  return toError("Message size violation", "MESSAGE_TOO_LARGE", {
    ...size,
    field_violations: fieldViolations,
    violation_count: Object.keys(fieldViolations).length,
  });
}

const toSeconds = (resetMs: number): number => Math.floor(resetMs / 1_000);

/** Over the limit of all frames, which is counted among all instances. */
export const toFrameLimit = (resetMs: number, nowMs: number): string =>
  toError("Rate limit exceeded. Please slow down your messages.", "RATE_LIMIT_EXCEEDED", {
    rate_limit: {
      limit: FRAME_LIMIT.maxRequests,
      window: FRAME_LIMIT.windowSeconds,
      retry_after: toSeconds(resetMs),
      reset: toSeconds(nowMs + resetMs),
    },
  });

export const toLimitSentence = (resetMs: number): string =>
  `Rate limit exceeded. Try again in ${toSeconds(resetMs)} seconds.`;

/** Over the limit of valid frames. */
export const toRateLimit = (resetMs: number): string =>
  toError(toLimitSentence(resetMs), "RATE_LIMIT_EXCEEDED", {
    rate_limit_info: {
      remaining: 0,
      reset_in_seconds: toSeconds(resetMs),
      limit_type: "websocket",
    },
  });
