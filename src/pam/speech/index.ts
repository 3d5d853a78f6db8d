/* The door of PAM's voice: texts to sound, and sessions of realtime voice. */
import type { Clock } from "#platform/clock.ts";

import type { Engine } from "./engine.ts";
import { createEdgeEngine } from "./engines/edge-engine.ts";
import { createOpenAiEngine } from "./engines/openai-engine.ts";
import { createSystemEngine } from "./engines/system-engine.ts";
import type { Fetch, OpenAiAccess } from "./open-ai.ts";
import { runProcess } from "./run-process.ts";

export type { Engine } from "./engine.ts";
export type { OpenAiAccess } from "./open-ai.ts";
export { createRealtimeVoice, REALTIME_MODEL, type RealtimeVoice } from "./realtime-voice.ts";
export { DEFAULT_VOICE_ID, findVoice, resolveVoice } from "./resolve-voice.ts";
export { SpeechError } from "./sound.ts";
export { createSpeech, type Speech, type SpeechReport, type Utterance } from "./speech.ts";
export { TABLE_ENGINES, type TableEngine, type Voice } from "./voice.ts";
export { VOICES } from "./voices.ts";

export interface EnginesOptions {
  /** Where it is absent, OpenAI is not asked. */
  readonly openAi: OpenAiAccess | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** A UUID each time. */
  readonly createId: () => string;
}

/**
 * The engines of a service, best first. Together they stay below the ten seconds after which the web client gives up
 * on an answer.
 */
export const createEngines = ({
  openAi,
  fetch,
  clock,
  createId,
}: EnginesOptions): readonly Engine[] => [
  ...(openAi === undefined ? [] : [createOpenAiEngine(openAi, fetch)]),
  createEdgeEngine({ clock, createId }),
  createSystemEngine({ run: runProcess }),
];
