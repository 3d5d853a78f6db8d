import { z } from "zod";

import type { FrameContract } from "#contracts/contract.ts";
import { anything, naiveTimestamp, uuid } from "#contracts/schema/values.ts";

const streaming = {
  source: z.literal("claude_pam_streaming"),
  model: z.literal("claude-sonnet-4-5-20250929"),
  timestamp: naiveTimestamp,
} as const;

const speech = z.strictObject({
  audio_data: z.string(),
  format: z.string(),
  duration: z.number().nullable(),
  voice_used: z.string(),
  engine_used: z.string(),
  from_cache: z.boolean(),
  compressed: z.boolean(),
  latency_ms: z.number().optional(),
});

const dormant = (name: string, schema: z.ZodType, when: string): FrameContract => ({
  name,
  schema,
  status: "dormant",
  when,
});

const STREAMING = "Streaming: validation drops the flag that asks for it";
const SPEECH = "Speech: validation refuses the type that asks for it";
const DEAD = "An earlier way to answer: switched off in the code";

/**
 * Shapes that the legacy's code has and nothing reaches. The existing web client takes the first frame
 * with a message or content for the whole answer: none of these may be sent to it.
 */
export const DORMANT_FRAMES: readonly FrameContract[] = [
  dormant(
    "chat-response-start",
    z.strictObject({
      type: z.literal("chat_response_start"),
      message_id: uuid,
      status: z.literal("processing"),
      message: z.literal("🔍 I'm processing your request..."),
      timestamp: naiveTimestamp,
    }),
    STREAMING,
  ),
  dormant(
    "chunk",
    z.strictObject({ type: z.literal("chunk"), content: z.string(), ...streaming }),
    STREAMING,
  ),
  dormant(
    "response-complete",
    z.strictObject({ type: z.literal("response_complete"), ...streaming }),
    STREAMING,
  ),
  dormant(
    "streaming-error",
    z.strictObject({
      type: z.literal("error"),
      message: z.literal(
        "I apologize, but I'm having trouble processing your streaming request. Please try again.",
      ),
      error_code: z.literal("STREAMING_ERROR"),
      error_details: z.string(),
      timestamp: naiveTimestamp,
    }),
    STREAMING,
  ),
  dormant(
    "processing-error",
    z.strictObject({
      type: z.literal("error"),
      message: z.literal(
        "Sorry, I encountered an error processing your message. Please try again.",
      ),
      error_code: z.literal("PROCESSING_ERROR"),
      timestamp: naiveTimestamp,
    }),
    STREAMING,
  ),
  dormant(
    "chat-response-delta",
    z.strictObject({
      type: z.literal("chat_response_delta"),
      content: z.string(),
      timestamp: naiveTimestamp,
    }),
    DEAD,
  ),
  dormant(
    "chat-response-complete",
    z.union([
      z.strictObject({
        type: z.literal("chat_response_complete"),
        metadata: anything,
        timestamp: naiveTimestamp,
      }),
      z.strictObject({
        type: z.literal("chat_response_complete"),
        full_response: z.string(),
        source: z.literal("cloud"),
        processing_time_ms: z.number(),
        timestamp: naiveTimestamp,
      }),
    ]),
    DEAD,
  ),
  dormant(
    "response",
    z.strictObject({
      type: z.literal("response"),
      content: z.string(),
      source: z.enum(["edge", "langgraph_agent"]),
      processing_time_ms: z.number(),
      confidence: z.number(),
      metadata: anything,
      tts: speech.optional(),
      tts_processing_time_ms: z.number().optional(),
    }),
    DEAD,
  ),
  dormant(
    "visual-action",
    z.strictObject({
      type: z.literal("visual_action"),
      action: z.strictObject({ action: z.string(), parameters: anything }),
      feedback_message: z.string().optional(),
    }),
    DEAD,
  ),
  dormant(
    "daily-digest",
    z.strictObject({
      type: z.literal("proactive_alert"),
      weather: z.unknown(),
      budgets: z.array(z.unknown()),
      camps_tomorrow: z.array(z.unknown()),
    }),
    DEAD,
  ),
  dormant(
    "stt-result",
    z.strictObject({
      type: z.literal("stt_result"),
      text: z.string(),
      confidence: z.number(),
      language: z.string().nullable(),
      engine: z.string().nullable(),
      processing_time: z.number().nullable(),
    }),
    SPEECH,
  ),
  dormant(
    "stt-instruction",
    z.strictObject({
      type: z.literal("stt_instruction"),
      instruction: z.literal("use_browser_stt"),
      language: z.string(),
    }),
    SPEECH,
  ),
  dormant(
    "stt-capabilities",
    z.strictObject({
      type: z.literal("stt_capabilities"),
      capabilities: z.strictObject({
        engines: z.array(z.unknown()),
        primary_engine: z.string().nullable(),
        total_engines: z.int(),
      }),
      supported_formats: z.array(z.string()),
      supported_languages: z.array(z.string()),
    }),
    SPEECH,
  ),
];
