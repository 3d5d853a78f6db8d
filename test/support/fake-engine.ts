import type { Engine, Voice } from "#pam/speech/index.ts";

export interface FakeEngine extends Engine {
  /** Every text it was asked for. */
  readonly texts: readonly string[];
  /** What it does from now on; at first it gives a sound that holds its own name. */
  behave(run: (text: string, signal: AbortSignal) => Promise<Buffer>): void;
}

/** The shortest thing that passes for a sound, with a text in it. */
export const toFakeSound = (text: string): Buffer => Buffer.from(`ID3${text}`);

/** An engine of which a test says what it does. */
export function createFakeEngine(
  name: Engine["name"],
  traits: Partial<Pick<Engine, "quality" | "cost" | "isLocal" | "timeoutMs" | "isAvailable">> = {},
): FakeEngine {
  const texts: string[] = [];
  let run: (text: string, signal: AbortSignal) => Promise<Buffer> = async () =>
    Promise.resolve(toFakeSound(name));
  return {
    name,
    quality: "high",
    cost: "free",
    isLocal: false,
    timeoutMs: 5_000,
    isAvailable: async () => Promise.resolve(true),
    ...traits,
    texts,
    behave(next) {
      run = next;
    },
    voiceIdOf: ({ id }: Voice) => `${name}:${id}`,
    async synthesize(text, _voice, signal) {
      texts.push(text);
      return { bytes: await run(text, signal), mediaType: "audio/mpeg" };
    },
  };
}
