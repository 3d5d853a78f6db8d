import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { DEFAULT_VOICE_ID, resolveVoice, type SpeechReport, VOICES } from "#pam/speech/index.ts";

const SAMPLE_VOICES = ["pam_default", "pam_female_professional", "pam_male_calm"] as const;

function toSample(id: string): object {
  const { edge = null, coqui = null } = resolveVoice(id).engines;
  return { edge, coqui };
}

/** Constants of the legacy's deployment, which whoever watches the route may compare. */
const DEPLOYMENT_TIMESTAMP = "2025-08-02T02:30:00Z";
const SYSTEM_INFO = {
  commit_hash: "voice_mapping_update",
  python_packages: { edge_tts: "unavailable", coqui_tts: "unavailable" },
} as const;

const VOICE_MAPPING = {
  enabled: true,
  total_voices: VOICES.length,
  default_voice_configured: DEFAULT_VOICE_ID,
  sample_voice_mappings: Object.fromEntries(SAMPLE_VOICES.map((id) => [id, toSample(id)])),
} as const;

/** Which engines failed how often: to anybody who asks, so without what they said. */
function toRecentErrors({ figures: { recentFailures } }: SpeechReport): object {
  if (recentFailures.length === 0) return { message: "No errors in the last 1 hours" };
  const byEngine = Object.groupBy(recentFailures, ({ engine }) => engine);
  return Object.fromEntries(
    Object.entries(byEngine).map(([engine, failures]) => [engine, failures.length]),
  );
}

/** `GET /api/v1/pam/tts-debug`: how speech is set up, and how its engines are. Open to all. */
export function createDebug({ speech }: ConcernDependencies): NativeHandler {
  return async (_request, response) => {
    const report = await speech.report();
    const { engines, figures } = report;
    const available = engines.filter(({ isAvailable }) => isAvailable);
    sendJson(response, 200, {
      deployment_timestamp: DEPLOYMENT_TIMESTAMP,
      voice_mapping_system: VOICE_MAPPING,
      enhanced_tts_service: {
        initialized: available.length > 0,
        available_engines: available.map(({ name }) => name),
        fallback_chain: engines.map(({ name }) => name),
        circuit_breakers: Object.fromEntries(engines.map(({ name, isReady }) => [name, isReady])),
      },
      error_handling: {
        total_errors_recorded: figures.recentFailures.length,
        recent_errors: toRecentErrors(report),
        engine_health: Object.fromEntries(
          engines.map(({ name, isAvailable, isReady }) => [name, isAvailable && isReady ? 1 : 0]),
        ),
      },
      configuration: {
        tts_enabled: true,
        primary_engine: engines[0]?.name ?? "disabled",
        fallback_enabled: true,
        voice_default: DEFAULT_VOICE_ID,
      },
      system_info: SYSTEM_INFO,
    });
  };
}
