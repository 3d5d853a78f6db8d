import { toFrameText } from "#concerns/ws/frames/frame-text.ts";
import type { TurnLast } from "#pam/turn-event.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const STREAM_ERROR =
  "I apologize, but I'm having trouble processing your streaming request. Please try again.";
const STREAM_SOURCE = {
  source: "claude_pam_streaming",
  model: "claude-sonnet-4-5-20250929",
} as const;

/** Must be the first frame: the web client takes any frame with a message for the answer to a chat. */
export const toConnection = (nowMs: number): string =>
  toFrameText({
    type: "connection",
    status: "connected",
    message: "🤖 PAM is ready to assist you with enhanced profile access!",
    timestamp: toNaiveUtc(nowMs),
    profile_integration: "enabled",
  });

export const PONG = toFrameText({ type: "pong" });

export const toKeepalivePing = (pingNumber: number, nowMs: number): string =>
  toFrameText({ type: "ping", timestamp: toNaiveUtc(nowMs), ping_number: pingNumber });

/** Compact, unlike the other frames; its time is a float in Python, with a fraction even where that is 0. */
export function toSweepPing(connectionId: string, nowMs: number): string {
  const seconds = nowMs / 1_000;
  const text = Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  return `{"type":"ping","timestamp":${text},"connection_id":${JSON.stringify(connectionId)}}`;
}

export const toContextUpdated = (nowMs: number): string =>
  toFrameText({
    type: "context_updated",
    message: "Context updated successfully",
    timestamp: toNaiveUtc(nowMs),
  });

/** `source` and `model` are the legacy's constants, whoever answered; a failure is told as an answer, too. */
export const toChatResponse = ({ text, uiActions }: TurnLast, nowMs: number): string =>
  toFrameText({
    type: "chat_response",
    message: text,
    content: text,
    ui_actions: uiActions,
    source: "claude_pam_primary",
    model: "claude-sonnet-4-5-20250929",
    error: false,
    timestamp: toNaiveUtc(nowMs),
  });

export const toStreamStart = (messageId: string, nowMs: number): string =>
  toFrameText({
    type: "chat_response_start",
    message_id: messageId,
    status: "processing",
    message: "🔍 I'm processing your request...",
    timestamp: toNaiveUtc(nowMs),
  });

export const toChunk = (content: string, nowMs: number): string =>
  toFrameText({ type: "chunk", content, ...STREAM_SOURCE, timestamp: toNaiveUtc(nowMs) });

export const toStreamEnd = (nowMs: number): string =>
  toFrameText({ type: "response_complete", ...STREAM_SOURCE, timestamp: toNaiveUtc(nowMs) });

/** `details` is what the user may read: the legacy puts an exception's text there. */
export const toStreamFailure = (details: string, nowMs: number): string =>
  toFrameText({
    type: "error",
    message: STREAM_ERROR,
    error_code: "STREAMING_ERROR",
    error_details: details,
    timestamp: toNaiveUtc(nowMs),
  });
