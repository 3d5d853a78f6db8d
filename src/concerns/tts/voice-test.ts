import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { ttsVoiceTest } from "#contracts/tts/voice-checks.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { textLengthFault } from "#pam/message-size/index.ts";
import { resolveVoice } from "#pam/speech/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/**
 * `POST /api/v1/pam/voice-test`: what becomes of one voice, without the sound. Open to anybody and not limited, so it
 * never asks an engine that costs money, and takes no longer text than `/voice`.
 */
export function createVoiceTest({ clock, speech }: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const startedAtMs = clock.monotonicMs();
    const { voice_id: requested, text } = accept(
      parseLegacyQuery(ttsVoiceTest.request.query, searchOf(request)),
    );
    const fault = textLengthFault(text, "voice_synthesis");
    if (fault !== undefined) {
      sendJson(response, 200, {
        success: false,
        voice_id_requested: requested,
        error: fault,
        test_text: text,
        timestamp: toNaiveUtc(clock.now()),
      });
      return;
    }
    const voice = resolveVoice(requested);
    await whileConnected(response, async (signal) => {
      const utterance = await speech.speak({ text, voice, maxCost: "free", signal });
      const isSpoken = utterance.kind === "sound";
      sendJson(response, 200, {
        success: isSpoken,
        voice_id_requested: requested,
        voice_id_used: isSpoken ? utterance.voiceId : voice.id,
        engine_used: isSpoken ? utterance.engine : "disabled",
        quality: isSpoken ? utterance.quality : "fallback",
        processing_time_ms: clock.monotonicMs() - startedAtMs,
        fallback_used: isSpoken ? utterance.isFallback : true,
        error: isSpoken ? null : utterance.error,
        audio_size_bytes: isSpoken ? utterance.sound.bytes.length : 0,
        test_text: text,
        timestamp: toNaiveUtc(clock.now()),
      });
    });
  };
}
