import type { Engine } from "../engine.ts";
import { askOpenAi, type Fetch, type OpenAiAccess } from "../open-ai.ts";
import { toSound } from "../sound.ts";
import type { Voice } from "../voice.ts";

/** OpenAI has announced that this model ends on 2027-01-06; from then on the chain goes on with the next engine. */
const MODEL = "gpt-4o-mini-tts";
const MAX_SOUND_BYTES = 8_388_608;

/** OpenAI's voices have no accents of their own; the instructions ask for one. */
const VOICE_IDS = {
  female: {
    professional: "sage",
    friendly: "nova",
    energetic: "coral",
    calm: "shimmer",
    authoritative: "alloy",
  },
  male: {
    professional: "ash",
    friendly: "fable",
    energetic: "echo",
    calm: "echo",
    authoritative: "onyx",
  },
} as const satisfies Record<Voice["gender"], Record<Voice["style"], string>>;

const voiceIdOf = ({ gender, style }: Voice): string => VOICE_IDS[gender][style];

const toInstructions = ({ accent, style }: Voice): string =>
  `Speak English with a ${accent} accent, in a ${style} tone.`;

/** OpenAI's speech: the best there is, for money and over the network. */
export function createOpenAiEngine(access: OpenAiAccess, fetch: Fetch): Engine {
  return {
    name: "openai",
    quality: "high",
    cost: "paid",
    isLocal: false,
    timeoutMs: 5_000,
    isAvailable: async () => Promise.resolve(true),
    voiceIdOf,
    async synthesize(text, voice, signal) {
      const body = {
        model: MODEL,
        input: text,
        voice: voiceIdOf(voice),
        instructions: toInstructions(voice),
        response_format: "mp3",
      };
      const request = { path: "audio/speech", body, maxAnswerBytes: MAX_SOUND_BYTES, signal };
      return toSound(await askOpenAi(access, request, fetch));
    },
  };
}
