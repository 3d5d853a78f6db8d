import type { Sound } from "./sound.ts";
import type { Voice } from "./voice.ts";

export type EngineName = "openai" | "edge" | "system";

/** Something that speaks. It knows nothing of the others, of retries or of caches. */
export interface Engine {
  readonly name: EngineName;
  readonly quality: "high" | "medium" | "low";
  readonly cost: "free" | "paid";
  /** True where it speaks without a network. */
  readonly isLocal: boolean;
  /** How long it may take for one text. */
  readonly timeoutMs: number;
  /** False where asking it would be in vain: a program that is not installed. */
  isAvailable(): Promise<boolean>;
  /** What the engine calls a voice of PAM's. */
  voiceIdOf(voice: Voice): string;
  /** Rejects with a `SpeechError` where it fails, and with the signal's reason where it is stopped. */
  synthesize(text: string, voice: Voice, signal: AbortSignal): Promise<Sound>;
}
