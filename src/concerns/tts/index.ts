import { defineConcern } from "#concerns/concern.ts";
import { createDebug } from "#concerns/tts/debug.ts";
import { createExecuteTool } from "#concerns/tts/execute-tool.ts";
import { createHybridHealth } from "#concerns/tts/hybrid-health.ts";
import { createSession } from "#concerns/tts/session.ts";
import { createVoiceHealth } from "#concerns/tts/voice-health.ts";
import { createVoiceMapping } from "#concerns/tts/voice-mapping.ts";
import { createVoiceOptions } from "#concerns/tts/voice-options.ts";
import { createVoiceSample } from "#concerns/tts/voice-sample.ts";
import { createVoiceTest } from "#concerns/tts/voice-test.ts";
import { createVoice } from "#concerns/tts/voice.ts";

/** Speech. The routes outside `/api/v1/pam`, which no client can use, stay the legacy's. */
export const tts = defineConcern({
  name: "tts",
  handlers: {
    debug: createDebug,
    "execute-tool": createExecuteTool,
    "hybrid-health": createHybridHealth,
    session: createSession,
    voice: createVoice,
    "voice-health": createVoiceHealth,
    "voice-mapping": createVoiceMapping,
    "voice-options": createVoiceOptions,
    "voice-sample": createVoiceSample,
    "voice-test": createVoiceTest,
  },
});
