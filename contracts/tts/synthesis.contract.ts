import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { dictionary, flag, float, integer, optional, text } from "#contracts/schema/fields.ts";
import { CSRF_BLOCKED } from "#contracts/tts/csrf.ts";

const write = { method: "POST", auth: "bearer-with-profile" } as const;
const answers = { 403: CSRF_BLOCKED } as const;

const synthesisBody = z.object({
  text: text({ minLength: 1, maxLength: 5000 }),
  voice_id: optional(text()),
  format: text().default("mp3"),
  sample_rate: integer().default(22_050),
  use_cache: flag().default(true),
  context: text().default("general_conversation"),
});

const unit = { minimum: 0, maximum: 1 } as const;

const voiceProfile = z.object({
  voice_id: text(),
  name: text(),
  gender: text(),
  age: text(),
  accent: text(),
  language: text().default("en"),
  engine: text(),
  settings: z.object({
    stability: float(unit).default(0.75),
    similarity_boost: float(unit).default(0.75),
    speed: float({ minimum: 0.25, maximum: 4 }).default(1),
    pitch: float({ minimum: 0.5, maximum: 2 }).default(1),
    volume: float(unit).default(1),
    style: text().default("friendly"),
  }),
});

export const ttsSynthesize = defineRouteContract({
  ...write,
  id: "tts.synthesize",
  path: "/api/v1/tts/synthesize",
  summary: "Turn a text into speech",
  request: { query: z.object({ simulate_error: optional(text()) }), body: synthesisBody },
  answers,
});

export const ttsSynthesizeStream = defineRouteContract({
  ...write,
  id: "tts.synthesize-stream",
  path: "/api/v1/tts/synthesize/stream",
  summary: "Turn a text into speech while it is spoken",
  request: { body: synthesisBody },
  answers,
});

export const ttsPreference = defineRouteContract({
  ...write,
  id: "tts.preference",
  path: "/api/v1/tts/voices/preference",
  summary: "Choose a voice",
  request: {
    body: z.object({
      voice_profile: voiceProfile,
      context: optional(text()),
      is_default: flag().default(false),
    }),
  },
  answers,
});

export const ttsRate = defineRouteContract({
  ...write,
  id: "tts.rate",
  path: "/api/v1/tts/voices/rate",
  summary: "Rate a voice",
  request: {
    body: z.object({
      voice_profile: voiceProfile,
      rating: float({ minimum: 1, maximum: 5 }),
      feedback: optional(text()),
    }),
  },
  answers,
});

export const ttsRecoveryTrigger = defineRouteContract({
  ...write,
  id: "tts.recovery-trigger",
  path: "/api/v1/tts/recovery/trigger",
  summary: "Start the recovery of speech",
  request: { body: optional(dictionary()) },
  answers,
});

export const ttsRecoveryTest = defineRouteContract({
  ...write,
  id: "tts.recovery-test",
  path: "/api/v1/tts/recovery/test_error",
  summary: "Try the recovery of speech",
  request: { body: dictionary() },
  answers,
});

export const ttsCacheClear = defineRouteContract({
  ...write,
  id: "tts.cache-clear",
  path: "/api/v1/tts/cache/clear",
  summary: "Forget old speech",
  request: { query: z.object({ older_than_hours: optional(integer()) }) },
  answers,
});
