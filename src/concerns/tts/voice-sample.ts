import type { ServerResponse } from "node:http";

import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { DEFAULT_VOICE_ID, resolveVoice, type Utterance } from "#pam/speech/index.ts";

const SAMPLE_TEXT = "Hello! I'm PAM, and this is what I sound like.";

const EXTENSIONS = { "audio/mpeg": "mp3", "audio/wav": "wav" } as const;

/** As the legacy names the one engine that it has here. */
const ENGINE_LABELS = { openai: "openai", edge: "edge-tts", system: "espeak-ng" } as const;

function sendSample(response: ServerResponse, utterance: Utterance): void {
  if (utterance.kind === "silence") {
    sendJson(response, 200, {
      error: utterance.error,
      test_text: SAMPLE_TEXT,
      status: "failed",
      suggestion: "Set OPENAI_API_KEY, let Edge be reached, or install espeak-ng",
    });
    return;
  }
  const { bytes, mediaType } = utterance.sound;
  response
    .writeHead(200, {
      "content-type": mediaType,
      "content-length": String(bytes.length),
      "content-disposition": `inline; filename=pam_test.${EXTENSIONS[mediaType]}`,
      "x-test-status": "success",
      "x-tts-engine": ENGINE_LABELS[utterance.engine],
      "x-audio-size": String(bytes.length),
    })
    .end(bytes);
}

/** `POST /api/v1/pam/voice/test`: a sample of the voice as a sound file, for whoever has a valid token. */
export function createVoiceSample({ authenticator, speech }: ConcernDependencies): NativeHandler {
  const voice = resolveVoice(DEFAULT_VOICE_ID);
  return async (request, response) => {
    await authenticator.verifyHeader(request.headers.authorization);
    await whileConnected(response, async (signal) => {
      sendSample(response, await speech.speak({ text: SAMPLE_TEXT, voice, signal }));
    });
  };
}
