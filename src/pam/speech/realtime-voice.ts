import { z } from "zod";

import { askOpenAi, type Fetch, type OpenAiAccess, parseOpenAi } from "./open-ai.ts";

export const REALTIME_MODEL = "gpt-realtime-1.5";

/** The one tool of a voice session: whatever needs data goes to the assistant itself. */
const DELEGATE = {
  type: "function",
  name: "delegate_to_supervisor",
  description: "Hands a request of the user's to the assistant that has their data and the tools.",
  parameters: {
    type: "object",
    properties: {
      user_request: { type: "string", description: "What the user wants, in their own words" },
      conversation_summary: { type: "string", description: "What was said before, in short" },
      request_type: {
        type: "string",
        enum: ["calendar", "budget", "trip", "weather", "profile", "social", "shopping", "general"],
      },
    },
    required: ["user_request", "request_type"],
  },
} as const;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 1_048_576;

export interface RealtimeRequest {
  readonly voice: string;
  readonly temperature: number;
  /** As the client names it: `en`. */
  readonly language: string;
  readonly userName?: string | undefined;
  readonly timeZone?: string | undefined;
  /** Whatever the client knows of the place. */
  readonly location?: Readonly<Record<string, unknown>> | undefined;
}

export interface RealtimeSession {
  /** Lets its bearer speak with the provider for a short while. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface RealtimeVoice {
  /** Rejects with a `SpeechError`, with a `TimeoutError` after 10 s, or with the signal's reason. */
  openSession(request: RealtimeRequest, signal: AbortSignal): Promise<RealtimeSession>;
}

const answerSchema = z.object({
  client_secret: z.object({ value: z.string().min(1), expires_at: z.number() }),
});

/** A client's own words end up in instructions: on one line, and not at length. */
const quote = (value: unknown): string => JSON.stringify(value).slice(0, 300);

function toInstructions({ language, userName, timeZone, location }: RealtimeRequest): string {
  return [
    "You are PAM, the voice of a travel assistant for people who live and travel in recreational vehicles.",
    "Be warm, and brief: two sentences where they are enough.",
    "You have no data of the user's. Hand whatever needs data, money, places, weather or the calendar to delegate_to_supervisor, and speak its answer in your own words.",
    `The user's language: ${quote(language)}.`,
    ...(userName === undefined ? [] : [`The user's name: ${quote(userName)}.`]),
    ...(timeZone === undefined ? [] : [`The user's time zone: ${quote(timeZone)}.`]),
    ...(location === undefined ? [] : [`Where the user is: ${quote(location)}.`]),
  ].join("\n");
}

const toBody = (request: RealtimeRequest): object => ({
  model: REALTIME_MODEL,
  voice: request.voice,
  modalities: ["text", "audio"],
  instructions: toInstructions(request),
  tools: [DELEGATE],
  turn_detection: {
    type: "server_vad",
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 500,
  },
  input_audio_format: "pcm16",
  output_audio_format: "pcm16",
  temperature: request.temperature,
});

/** Sessions in which a browser speaks with OpenAI itself, under a token that is not the key. */
export function createRealtimeVoice(access: OpenAiAccess, fetch: Fetch): RealtimeVoice {
  return {
    async openSession(request, signal) {
      const bytes = await askOpenAi(
        access,
        {
          path: "realtime/sessions",
          body: toBody(request),
          maxAnswerBytes: MAX_ANSWER_BYTES,
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        },
        fetch,
      );
      const { client_secret: secret } = parseOpenAi(answerSchema, bytes);
      return { token: secret.value, expiresAtMs: secret.expires_at * 1_000 };
    },
  };
}
