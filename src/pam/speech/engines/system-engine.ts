import type { Engine } from "../engine.ts";
import type { RunProcess } from "../run-process.ts";
import { toSound } from "../sound.ts";
import type { Voice } from "../voice.ts";
import { withTrueSizes } from "../wave.ts";

export interface SystemEngineOptions {
  readonly run: RunProcess;
  /** Default: `espeak-ng` on the path. */
  readonly file?: string;
}

/** Three minutes of 22,050 samples a second: longer than 2,000 characters of prose take. */
const MAX_OUTPUT_BYTES = 8_388_608;
const WORDS_PER_MINUTE = 165;
const VERSION_TIMEOUT_MS = 2_000;

/** espeak-ng has neither an Australian nor a Canadian English; the nearest stand in for them. */
const LANGUAGES: Readonly<Record<Voice["accent"], string>> = {
  american: "en-us",
  canadian: "en-us",
  australian: "en-gb",
  british: "en-gb",
};
const VARIANTS: Readonly<Record<Voice["gender"], string>> = { female: "f3", male: "m3" };

const voiceIdOf = ({ accent, gender }: Voice): string => `${LANGUAGES[accent]}+${VARIANTS[gender]}`;

/** `-b 1`: the text is UTF-8, whatever the locale of the process. */
const toArguments = (voice: Voice): readonly string[] =>
  `--stdin --stdout -b 1 -s ${WORDS_PER_MINUTE} -v ${voiceIdOf(voice)}`.split(" ");

/** The system's `espeak-ng`: plain to hear, and there without any network or key. */
export function createSystemEngine({ run, file = "espeak-ng" }: SystemEngineOptions): Engine {
  async function find(): Promise<boolean> {
    const signal = AbortSignal.timeout(VERSION_TIMEOUT_MS);
    try {
      await run({ file, args: ["--version"], input: "", maxOutputBytes: 4_096, signal });
      return true;
    } catch {
      return false;
    }
  }
  let found: Promise<boolean> | undefined;

  return {
    name: "system",
    quality: "low",
    cost: "free",
    isLocal: true,
    timeoutMs: 2_000,
    isAvailable: async () => (found ??= find()),
    voiceIdOf,
    async synthesize(text, voice, signal) {
      const wave = await run({
        file,
        args: toArguments(voice),
        input: text,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        signal,
      });
      return toSound(withTrueSizes(wave));
    },
  };
}
