import { z } from "zod";

import type { BytesAnswer } from "#contracts/contract.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { text } from "#contracts/schema/fields.ts";
import { anything, count, naiveTimestamp } from "#contracts/schema/values.ts";
import { engine, nativeEngine, quality } from "#contracts/tts/voice-engine.ts";

const voiceTest = z.strictObject({
  success: z.boolean(),
  voice_id_requested: z.string(),
  voice_id_used: z.string(),
  engine_used: engine,
  quality,
  processing_time_ms: z.number(),
  fallback_used: z.boolean(),
  error: z.string().nullable(),
  audio_size_bytes: count,
  test_text: z.string(),
  timestamp: naiveTimestamp,
});

export const ttsVoiceTest = defineRouteContract({
  id: "tts.voice-test",
  method: "POST",
  path: "/api/v1/pam/voice-test",
  summary: "Try one voice",
  auth: "none",
  request: {
    query: z.object({
      voice_id: text().default("pam_default"),
      text: text().default("Hello, this is a voice test."),
    }),
  },
  answers: {
    200: [
      json(voiceTest, "Two engines at most were tried"),
      json(
        voiceTest.extend({ engine_used: nativeEngine }),
        "One of its own engines that cost nothing spoke",
        {
          side: "native",
        },
      ),
      json(
        z.strictObject({
          success: z.literal(false),
          voice_id_requested: z.string(),
          error: z.string(),
          test_text: z.string(),
          timestamp: naiveTimestamp,
        }),
        "Something else failed",
      ),
    ],
  },
});

const health = {
  timestamp: naiveTimestamp,
  services: z.strictObject({ tts: anything, stt: anything }),
} as const;

const metrics = {
  user_message: z.string(),
  capabilities: z.array(z.string()),
  performance_metrics: anything,
  offline_readiness: anything,
  cost_efficiency: anything,
} as const;

export const ttsVoiceHealth = defineRouteContract({
  id: "tts.voice-health",
  method: "GET",
  path: "/api/v1/pam/voice/health",
  summary: "Ask which voice services work",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          ...health,
          overall_status: z.enum(["optimal", "good", "limited", "minimal", "unknown"]),
          ...metrics,
          primary_service: z.enum([
            "full_voice_with_offline",
            "full_voice_online_only",
            "partial_voice",
            "text_only",
          ]),
          recommendations: z.array(z.string()),
        }),
        "In whatever state the services are",
      ),
      json(
        z.strictObject({
          ...health,
          overall_status: z.literal("error"),
          ...metrics,
          error: z.string(),
        }),
        "The state cannot be told",
      ),
    ],
  },
});

const sampleHeaders = {
  "x-test-status": z.literal("success"),
  "x-audio-size": z.string().regex(/^\d+$/),
} as const;

const sample: BytesAnswer = {
  kind: "bytes",
  contentType: "audio/mpeg",
  when: "The engine spoke",
  headers: {
    ...sampleHeaders,
    "content-disposition": z.literal("inline; filename=pam_test.mp3"),
    "x-tts-engine": z.literal("edge-tts"),
  },
};

const nativeSample: BytesAnswer = {
  ...sample,
  side: "native",
  headers: { ...sample.headers, "x-tts-engine": z.enum(["openai", "edge-tts"]) },
};

const localSample: BytesAnswer = {
  kind: "bytes",
  contentType: "audio/wav",
  when: "Only the system's own program spoke",
  side: "native",
  headers: {
    ...sampleHeaders,
    "content-disposition": z.literal("inline; filename=pam_test.wav"),
    "x-tts-engine": z.literal("espeak-ng"),
  },
};

export const ttsVoiceSample = defineRouteContract({
  id: "tts.voice-sample",
  method: "POST",
  path: "/api/v1/pam/voice/test",
  summary: "Hear a sample of the assistant's voice",
  auth: "bearer",
  request: {},
  answers: {
    200: [
      sample,
      nativeSample,
      localSample,
      json(
        z.strictObject({
          error: z.string(),
          test_text: z.string(),
          status: z.enum(["failed", "error"]),
          suggestion: z.string().optional(),
        }),
        "The engine did not speak",
      ),
    ],
    401: UNAUTHORIZED,
  },
});
