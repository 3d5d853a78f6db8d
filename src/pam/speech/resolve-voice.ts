import type { Voice } from "./voice.ts";
import { VOICES } from "./voices.ts";

/** What the legacy is configured with: a voice of Edge's, which stands for one of PAM's. */
export const DEFAULT_VOICE_ID = "en-US-AriaNeural";

/** PAM's voice by its id, or the first that has an engine's voice of this id. */
export const findVoice = (id: string): Voice | undefined =>
  VOICES.find((voice) => voice.id === id) ??
  VOICES.find(({ engines }) => Object.values(engines).includes(id));

/** The same, with PAM's own default for an id that nobody knows. */
export function resolveVoice(id: string): Voice {
  const voice = findVoice(id) ?? findVoice("pam_default");
  if (voice === undefined) throw new TypeError("The table of voices has no default");
  return voice;
}
