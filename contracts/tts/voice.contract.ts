import { z } from "zod";

import type { Answer } from "#contracts/contract.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { detailStarting, INVALID, json } from "#contracts/schema/answers.ts";
import { float, integer, text } from "#contracts/schema/fields.ts";
import { count } from "#contracts/schema/values.ts";
import { engine, nativeEngine, quality } from "#contracts/tts/voice-engine.ts";

const voiceAnswer = z.strictObject({
  audio: z.array(z.int().min(0).max(255)).describe("The bytes of the sound file"),
  duration: z.number(),
  cached: z.boolean(),
  engine,
  quality,
  fallback_used: z.boolean(),
  processing_time_ms: z.number(),
});

const nativeVoiceAnswer = voiceAnswer.extend({ engine: nativeEngine });

const voiceFallbackAnswer = z.strictObject({
  audio: z.null(),
  text: z.string(),
  cached: z.literal(false),
  engine: z.literal("disabled"),
  quality: z.literal("fallback"),
  fallback_used: z.literal(true),
  error: z.string(),
  processing_time_ms: z.number().nullable(),
});

const textTooLong = z.strictObject({
  detail: z.strictObject({
    error: z.literal("Voice text size violation"),
    message: z.templateLiteral([
      "Text length ",
      count,
      " characters exceeds limit of 2000 for voice_synthesis",
    ]),
    size_info: z.strictObject({
      text_length_characters: count,
      text_size_bytes: count,
      limit_bytes: z.literal(0),
      text_size_formatted: z.string(),
      limit_formatted: z.literal("0B"),
      character_limit: z.literal(2000),
    }),
  }),
});

const rateLimited = z.strictObject({
  detail: z.strictObject({
    error: z.literal("Voice synthesis rate limit exceeded"),
    message: z.templateLiteral(["Too many voice requests. Try again in ", count, " seconds."]),
    rate_limit_info: z.strictObject({
      remaining: z.literal(0),
      reset_in_seconds: count,
      limit_type: z.literal("voice_synthesis"),
      limit: z.literal("10 requests per 60 seconds"),
    }),
  }),
});

const noEngine = z.strictObject({
  detail: z.strictObject({
    error: z.literal("TTS service initialization failed"),
    message: z.literal("No TTS engines could be initialized. Please check system configuration."),
  }),
});

export const ttsVoice = defineRouteContract({
  id: "tts.voice",
  method: "POST",
  path: "/api/v1/pam/voice",
  summary: "Turn a text into speech",
  auth: "bearer-optional",
  request: {
    body: z.object({
      text: text(),
      // These are validated and then ignored.
      temperature: float().default(1.1),
      cfg_scale: float().default(3),
      speed_factor: float().default(0.96),
      max_new_tokens: integer().default(2048),
    }),
  },
  answers: {
    200: [
      json(voiceAnswer, "An engine spoke"),
      json(nativeVoiceAnswer, "One of its own engines spoke", { side: "native" }),
      json(voiceFallbackAnswer, "Every engine failed: the client speaks itself"),
    ],
    413: [json(textTooLong, "The text is over 2000 characters")],
    422: INVALID,
    429: [
      json(rateLimited, "Over 10 requests of one bucket in 60 s", {
        headers: { "retry-after": z.string().regex(/^\d+$/) },
      }),
    ],
    500: [
      json(noEngine, "No engine can be started"),
      detailStarting("Voice generation system error: ", "Something else fails"),
    ],
  },
});

const optionsAnswer: Answer = {
  kind: "empty",
  when: "Without Access-Control-Request-Method; with it, the answer is the CORS filter's",
};

export const ttsVoiceOptions = defineRouteContract({
  id: "tts.voice-options",
  method: "OPTIONS",
  path: "/api/v1/pam/voice",
  summary: "Ask what a browser may send for speech",
  auth: "none",
  request: {},
  answers: { 200: [optionsAnswer] },
});
