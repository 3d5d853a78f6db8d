/** How often a worker says that it lives, and how often the primary looks who has not. */
export const LIFE_SIGN_EVERY_MS = 1_000;

/**
 * Long enough that neither a long collection of garbage nor the worst body of 1 MiB comes near it, on a machine under
 * load either: killing one that is merely slow costs all its clients. Not much longer, because meanwhile they wait.
 */
export const SILENCE_LIMIT_MS = 12_000;
/** Before the first word a worker loads the program: a second, and many of them on a machine where all start at once. */
export const FIRST_WORD_LIMIT_MS = 60_000;

/** When a worker was heard last, in the time that the primary was listening. */
export interface LastHeard {
  readonly workerId: number;
  readonly atMs: number;
  /** It has said something at all; before that, `atMs` is when it was started. */
  readonly hasSpoken: boolean;
}

/** Who has been silent for too long, and for how long. Pure. */
export const findSilent = (
  heard: Iterable<LastHeard>,
  nowMs: number,
): readonly { readonly workerId: number; readonly silentMs: number }[] =>
  [...heard]
    .filter(
      ({ atMs, hasSpoken }) => nowMs - atMs >= (hasSpoken ? SILENCE_LIMIT_MS : FIRST_WORD_LIMIT_MS),
    )
    .map(({ workerId, atMs }) => ({ workerId, silentMs: nowMs - atMs }));
