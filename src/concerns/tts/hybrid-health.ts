import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";

/** `GET /api/v1/pam/voice-hybrid/health`: whether there is a key for realtime voice. Always 200, open to all. */
export function createHybridHealth({ realtimeVoice }: ConcernDependencies): NativeHandler {
  const isConfigured = realtimeVoice !== undefined;
  return (_request, response) => {
    sendJson(response, 200, {
      status: isConfigured ? "healthy" : "degraded",
      openai_configured: isConfigured,
      architecture: "hybrid",
      voice_provider: "openai_realtime",
      reasoning_provider: "claude_sonnet_4.5",
    });
  };
}
