import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toPerformance, toSpeechService, toStanding } from "#concerns/tts/speech-health.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** Speech is recognised in the browser; there is no service for it, here or on the legacy. */
const LISTENING = {
  available: true,
  providers: ["browser_webspeech"],
  primary_provider: "BrowserWebSpeechSTT",
  status: "healthy",
} as const;

/** `GET /api/v1/pam/voice/health`: which voice services work. Always 200, open to all. */
export function createVoiceHealth({ clock, speech }: ConcernDependencies): NativeHandler {
  return async (_request, response) => {
    const report = await speech.report();
    const { overall_status, user_message, capabilities, primary_service, recommendations } =
      toStanding(report);
    sendJson(response, 200, {
      timestamp: toNaiveUtc(clock.now()),
      services: { tts: toSpeechService(report), stt: LISTENING },
      overall_status,
      user_message,
      capabilities,
      performance_metrics: toPerformance(report),
      offline_readiness: {
        tts: report.engines.some(({ isLocal, isAvailable }) => isLocal && isAvailable),
      },
      cost_efficiency: {},
      primary_service,
      recommendations,
    });
  };
}
