import type { ServerResponse } from "node:http";

import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { ttsSession } from "#contracts/tts/hybrid.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { REALTIME_MODEL, SpeechError } from "#pam/speech/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const DEFAULTS = { voice: "marin", temperature: 0.8, language: "en" } as const;

/** 503: it is the provider that is missing, and it may be back. */
function refuse(response: ServerResponse, reason: string): void {
  sendJson(response, 503, { detail: `Realtime voice is not available: ${reason}` });
}

function toReason(error: unknown): string | undefined {
  if (error instanceof SpeechError) return error.message;
  if (!(error instanceof DOMException) || error.name !== "TimeoutError") return undefined;
  return "OpenAI did not answer in time";
}

/**
 * `POST /api/v1/pam/voice-hybrid/create-session`: a token with which the caller's browser speaks with OpenAI itself.
 * The body may be left out, and each of its fields may be null.
 */
export function createSession({
  authenticator,
  logger,
  realtimeVoice,
}: ConcernDependencies): NativeHandler {
  return async (request, response, { requestId }) => {
    const body = await readBody(request);
    await authenticator.verifyHeader(request.headers.authorization);
    const wish = accept(parseLegacyBody(ttsSession.request.body, body));
    if (realtimeVoice === undefined) {
      refuse(response, "no OpenAI key is set");
      return;
    }
    const voice = wish.voice ?? DEFAULTS.voice;
    const wanted = {
      voice,
      temperature: wish.temperature ?? DEFAULTS.temperature,
      language: wish.language ?? DEFAULTS.language,
      userName: wish.user_name ?? undefined,
      timeZone: wish.timezone ?? undefined,
      location: wish.location ?? undefined,
    };
    await whileConnected(response, async (signal) => {
      try {
        const session = await realtimeVoice.openSession(wanted, signal);
        sendJson(response, 200, {
          session_token: session.token,
          expires_at: toNaiveUtc(session.expiresAtMs),
          ws_url: "wss://api.openai.com/v1/realtime",
          model: REALTIME_MODEL,
          voice,
        });
      } catch (error) {
        const reason = toReason(error);
        if (reason === undefined) throw error;
        logger.warn({ requestId, reason }, "A realtime session could not be opened");
        refuse(response, reason);
      }
    });
  };
}
