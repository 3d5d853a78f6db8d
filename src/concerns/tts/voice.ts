import type { IncomingMessage, ServerResponse } from "node:http";

import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { sendSound } from "#concerns/tts/send-sound.ts";
import { refuseFrequent, refuseLongText } from "#concerns/tts/voice-refusals.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { countCodePoints } from "#contracts/schema/text.ts";
import { ttsVoice } from "#contracts/tts/voice.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { textLengthFault } from "#pam/message-size/index.ts";
import { DEFAULT_VOICE_ID, resolveVoice, type Utterance } from "#pam/speech/index.ts";
import type { Authenticator } from "#platform/auth.ts";
import { AppError } from "#platform/errors.ts";

/** Whoever shows no token that verifies. They share one bucket, as on the legacy. */
const ANONYMOUS = "anonymous";
/** The legacy's estimate. */
const MS_PER_CHARACTER = 80;

async function bucketOf(
  { headers: { authorization } }: IncomingMessage,
  authenticator: Authenticator,
): Promise<string> {
  try {
    const { userId } = await authenticator.verifyHeader(authorization);
    return userId;
  } catch (error) {
    if (error instanceof AppError) return ANONYMOUS;
    throw error;
  }
}

interface Spoken {
  readonly text: string;
  readonly tookMs: number;
}

async function sendUtterance(
  response: ServerResponse,
  utterance: Utterance,
  { text, tookMs }: Spoken,
): Promise<void> {
  if (utterance.kind === "silence") {
    sendJson(response, 200, {
      audio: null,
      text,
      cached: false,
      engine: "disabled",
      quality: "fallback",
      fallback_used: true,
      error: utterance.error,
      processing_time_ms: tookMs,
    });
    return;
  }
  await sendSound(response, utterance.sound.bytes, {
    duration: Math.floor((countCodePoints(text) * MS_PER_CHARACTER) / 1_000),
    cached: utterance.isCached,
    engine: utterance.engine,
    quality: utterance.quality,
    fallback_used: utterance.isFallback,
    processing_time_ms: tookMs,
  });
}

/**
 * `POST /api/v1/pam/voice`: a text as the bytes of a sound file, for anybody. Where no engine speaks the answer is a
 * 200 with the text, and the client speaks itself.
 */
export function createVoice({
  authenticator,
  clock,
  rateLimits,
  speech,
}: ConcernDependencies): NativeHandler {
  const voice = resolveVoice(DEFAULT_VOICE_ID);

  return async (request, response) => {
    const startedAtMs = clock.monotonicMs();
    const { text } = accept(parseLegacyBody(ttsVoice.request.body, await readBody(request)));
    const bucket = await bucketOf(request, authenticator);
    const fault = textLengthFault(text, "voice_synthesis");
    if (fault !== undefined) {
      refuseLongText(response, text, fault);
      return;
    }
    const { isAllowed, usage } = await rateLimits.voice_synthesis.take(bucket);
    if (!isAllowed) {
      refuseFrequent(response, usage.resetMs);
      return;
    }
    await whileConnected(response, async (signal) => {
      const utterance = await speech.speak({ text, voice, signal });
      await sendUtterance(response, utterance, {
        text,
        tookMs: clock.monotonicMs() - startedAtMs,
      });
    });
  };
}
