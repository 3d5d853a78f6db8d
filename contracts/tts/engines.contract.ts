import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { json } from "#contracts/schema/answers.ts";
import { optional, text } from "#contracts/schema/fields.ts";
import { anything } from "#contracts/schema/values.ts";
import { CSRF_BLOCKED } from "#contracts/tts/csrf.ts";

const read = { method: "GET", auth: "none", request: {} } as const;
const report = { 200: [json(anything, "The engines' own report")] } as const;
const write = { method: "POST", auth: "none" } as const;
const blocked = { 403: CSRF_BLOCKED } as const;

export const ttsStreamingTest = defineRouteContract({
  ...write,
  id: "tts.streaming-test",
  path: "/api/v1/voice/test-streaming",
  summary: "Try streamed speech",
  request: {},
  answers: blocked,
});

export const ttsEngineStatus = defineRouteContract({
  ...read,
  id: "tts.engine-status",
  path: "/api/v1/voice/tts/status",
  summary: "Read the state of the speech engines",
  answers: report,
});

export const ttsEngineVoices = defineRouteContract({
  ...read,
  id: "tts.engine-voices",
  path: "/api/v1/voice/tts/voices",
  summary: "List the voices of the speech engines",
  answers: report,
});

export const ttsEngines = defineRouteContract({
  ...read,
  id: "tts.engines",
  path: "/api/v1/voice/tts/engines",
  summary: "List the speech engines",
  answers: report,
});

export const ttsSttStatus = defineRouteContract({
  ...read,
  id: "tts.stt-status",
  path: "/api/v1/voice/stt/status",
  summary: "Read the state of speech recognition",
  answers: report,
});

export const ttsEngineTest = defineRouteContract({
  ...write,
  id: "tts.engine-test",
  path: "/api/v1/voice/tts/test",
  summary: "Try a speech engine",
  request: {
    body: z.object({
      text: text().default("Hello, this is a test of the text-to-speech system."),
      engine: optional(text()),
      voice_id: optional(text()),
    }),
  },
  answers: blocked,
});

export const ttsPipelineTest = defineRouteContract({
  ...write,
  id: "tts.pipeline-test",
  path: "/api/v1/voice/pipeline/test",
  summary: "Try the way from speech to speech",
  request: {},
  answers: blocked,
});
