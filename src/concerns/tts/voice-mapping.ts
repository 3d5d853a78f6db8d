import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toVoiceTables } from "#concerns/tts/voice-tables.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** `GET /api/v1/pam/voice-mapping-test`: the tables of voices, a constant but for its times. */
export function createVoiceMapping({ clock }: ConcernDependencies): NativeHandler {
  return (_request, response) => {
    sendJson(response, 200, toVoiceTables(toNaiveUtc(clock.now())));
  };
}
