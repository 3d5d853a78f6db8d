import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { json } from "#contracts/schema/answers.ts";
import { anything, count, naiveTimestamp } from "#contracts/schema/values.ts";
import { nativeEngine } from "#contracts/tts/voice-engine.ts";

const engineVoice = z.strictObject({
  voice_id: z.string().nullable(),
  valid: z.boolean(),
  message: z.string(),
});

const voice = z.strictObject({
  display_name: z.string(),
  engine_mappings: z.strictObject({
    edge: engineVoice,
    coqui: engineVoice,
    system: engineVoice,
    supabase: engineVoice,
  }),
  characteristics: z.strictObject({
    gender: z.string(),
    age: z.string(),
    accent: z.string(),
    style: z.string(),
  }),
  quality_score: z.number(),
});

const counts = z.record(z.string(), count);

export const ttsVoiceMapping = defineRouteContract({
  id: "tts.voice-mapping",
  method: "GET",
  path: "/api/v1/pam/voice-mapping-test",
  summary: "List the assistant's voices and what each engine has for them",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          voice_mappings: z.record(z.string(), voice),
          legacy_resolution: z.record(
            z.string(),
            z.strictObject({ resolved_to: z.string().nullable(), valid: z.boolean() }),
          ),
          context_recommendations: z.record(z.string(), z.array(z.string())),
          mapping_stats: z.strictObject({
            total_voices: count,
            engine_coverage: counts,
            quality_distribution: counts,
            characteristic_distribution: counts,
            last_updated: naiveTimestamp,
          }),
          test_timestamp: naiveTimestamp,
        }),
        "A constant table but for its times",
      ),
    ],
  },
});

const sampleMapping = z.strictObject({
  edge: z.string().nullable(),
  coqui: z.string().nullable(),
});

const breakers = z.strictObject({
  edge: z.boolean(),
  coqui: z.boolean(),
  system: z.boolean(),
  supabase: z.boolean(),
});

const nativeBreakers = z.partialRecord(nativeEngine, z.boolean());

const speechDebug = z.strictObject({
  deployment_timestamp: z.literal("2025-08-02T02:30:00Z"),
  voice_mapping_system: z.strictObject({
    enabled: z.literal(true),
    total_voices: count,
    default_voice_configured: z.string(),
    sample_voice_mappings: z.strictObject({
      pam_default: sampleMapping,
      pam_female_professional: sampleMapping,
      pam_male_calm: sampleMapping,
    }),
  }),
  enhanced_tts_service: z.strictObject({
    initialized: z.boolean(),
    available_engines: z.array(z.enum(["edge", "coqui", "system", "supabase"])),
    fallback_chain: z.array(z.string()),
    circuit_breakers: breakers,
  }),
  error_handling: z.strictObject({
    total_errors_recorded: count,
    recent_errors: anything,
    engine_health: z.record(z.string(), z.number()),
  }),
  configuration: z.strictObject({
    tts_enabled: z.boolean(),
    primary_engine: z.string(),
    fallback_enabled: z.boolean(),
    voice_default: z.string(),
  }),
  system_info: z.strictObject({
    commit_hash: z.literal("voice_mapping_update"),
    python_packages: z.strictObject({
      edge_tts: z.literal("unavailable"),
      coqui_tts: z.literal("unavailable"),
    }),
  }),
});

const nativeSpeechDebug = speechDebug.extend({
  enhanced_tts_service: z.strictObject({
    initialized: z.boolean(),
    available_engines: z.array(nativeEngine),
    fallback_chain: z.array(nativeEngine),
    circuit_breakers: nativeBreakers,
  }),
});

export const ttsDebug = defineRouteContract({
  id: "tts.debug",
  method: "GET",
  path: "/api/v1/pam/tts-debug",
  summary: "Read how speech is set up",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(speechDebug, "Always"),
      json(nativeSpeechDebug, "Always, by the engines that there are", { side: "native" }),
    ],
  },
});
