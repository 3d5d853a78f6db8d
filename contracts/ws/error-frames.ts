import { z } from "zod";

import type { FrameContract } from "#contracts/contract.ts";
import { count } from "#contracts/schema/values.ts";

const type = z.literal("error");

const sizeInfo = z.strictObject({
  message_size_bytes: count,
  limit_bytes: z.literal(131_072),
  message_size_formatted: z.string().regex(/^\d+B$|^\d+\.\d(?:KB|MB)$/),
  limit_formatted: z.literal("128.0KB"),
});

const plain = (message: string): z.ZodType => z.strictObject({ type, message: z.literal(message) });

const coded = (code: string, message: string): z.ZodType =>
  z.strictObject({ type, message: z.literal(message), error_code: z.literal(code) });

const frameTooLarge = z.strictObject({
  type,
  message: z.literal("Message size violation"),
  error_code: z.literal("MESSAGE_TOO_LARGE"),
  size_info: sizeInfo,
});

const fieldTooLarge = z.strictObject({
  ...frameTooLarge.shape,
  field_violations: z.record(z.string(), z.string()),
  violation_count: z.int().min(1),
});

const sharedRateLimit = z.strictObject({
  type,
  message: z.literal("Rate limit exceeded. Please slow down your messages."),
  error_code: z.literal("RATE_LIMIT_EXCEEDED"),
  rate_limit: z.strictObject({
    limit: z.literal(100),
    window: z.literal(60),
    retry_after: z.int(),
    reset: z.int().describe("Epoch seconds"),
  }),
});

const rateLimit = z.strictObject({
  type,
  message: z.string().regex(/^Rate limit exceeded\. Try again in -?\d+ seconds\.$/),
  error_code: z.literal("RATE_LIMIT_EXCEEDED"),
  rate_limit_info: z.strictObject({
    remaining: z.literal(0),
    reset_in_seconds: z.int(),
    limit_type: z.literal("websocket"),
  }),
});

const unknownType = z.strictObject({
  type,
  message: z.string().regex(/^Unknown message type: [a-z_]+$/),
});

const live = (name: string, schema: z.ZodType, when: string): FrameContract => ({
  name,
  schema,
  status: "live",
  when,
});

const dormant = (name: string, schema: z.ZodType, when: string): FrameContract => ({
  name,
  schema,
  status: "dormant",
  when,
});

export const ERROR_FRAMES: readonly FrameContract[] = [
  live(
    "empty-message",
    plain("I didn't receive your message. Could you please try again?"),
    "A chat whose text is empty once it is cleaned",
  ),
  live("unknown-type", unknownType, "An allowed type that nothing handles"),
  live(
    "validation-error",
    coded("VALIDATION_ERROR", "Message validation failed. Please check your input."),
    "The envelope, the list of types or the sanitiser refuses the frame",
  ),
  live(
    "security-violation",
    coded(
      "SECURITY_VIOLATION",
      "Message blocked by security system. Please try again with a different message.",
    ),
    "The text tries to inject a prompt",
  ),
  live(
    "suspicious-content",
    coded("SUSPICIOUS_CONTENT", "Message contains suspicious content and was rejected."),
    "The text has the signature of an attack",
  ),
  live("frame-too-large", frameTooLarge, "The normalised frame is over 128 KiB"),
  live("field-too-large", fieldTooLarge, "One field of the normalised frame is over its limit"),
  live("shared-rate-limit", sharedRateLimit, "Over 100 frames of one user in 60 s, all sockets"),
  live("rate-limit", rateLimit, "Over 60 valid frames of one user in 60 s, in this process"),
  dormant(
    "chat-exception",
    z.strictObject({ type, message: z.string().startsWith("Sorry, I encountered an error: ") }),
    "An exception before the assistant is asked",
  ),
  dormant("context-failed", plain("Failed to update context"), "A context_update fails"),
  dormant(
    "format-error",
    coded("FORMAT_ERROR", "Message format error. Please try again."),
    "A type error while a frame is validated",
  ),
  dormant(
    "security-error",
    coded("SECURITY_ERROR", "Security validation failed."),
    "Another exception while a frame is validated",
  ),
  dormant(
    "missing-audio",
    coded("MISSING_AUDIO_DATA", "No audio data provided"),
    "A voice frame without sound",
  ),
  dormant(
    "invalid-audio",
    z.strictObject({ type, message: z.string(), error_code: z.literal("INVALID_AUDIO_DATA") }),
    "A voice frame whose sound cannot be used",
  ),
  dormant(
    "recognition-failed",
    coded("STT_ERROR", "Speech recognition failed"),
    "No engine understands a voice frame",
  ),
  dormant(
    "capabilities-failed",
    coded("CAPABILITIES_ERROR", "Failed to get STT capabilities"),
    "The engines cannot be listed",
  ),
];
