/** What is remembered of deaths that followed one another. */
export interface DeathCount {
  /** Workers in a row that ended before they listened. */
  readonly failedStarts: number;
  /** Workers in a row that ended soon after. */
  readonly shortLives: number;
}

export const NO_DEATHS: DeathCount = { failedStarts: 0, shortLives: 0 };

export interface Death {
  /** How long it had listened; `undefined`: it never did. */
  readonly listenedMs: number | undefined;
  /** Workers that listen now, without it. */
  readonly stillListening: number;
}

export type AfterDeath =
  | { readonly kind: "replace"; readonly afterMs: number; readonly count: DeathCount }
  | { readonly kind: "give-up" };

/** Who listened so long did not die of how it was started. */
const STABLE_MS = 30_000;
const MOST_FAILED_STARTS = 5;
const BASE_MS = 100;
const CAP_MS = 5_000;

const backoffMs = (times: number): number => Math.min(CAP_MS, BASE_MS * 2 ** (times - 1));

/**
 * Whether a worker that ended is replaced, and when: sooner after a long life, later and later where one death follows
 * another. Given up where nobody listens and start after start has failed. Pure.
 */
export function decideAfterDeath(
  { failedStarts, shortLives }: DeathCount,
  { listenedMs, stillListening }: Death,
): AfterDeath {
  if (listenedMs === undefined) {
    const count = { failedStarts: failedStarts + 1, shortLives };
    if (count.failedStarts >= MOST_FAILED_STARTS && stillListening === 0)
      return { kind: "give-up" };
    return { kind: "replace", afterMs: backoffMs(count.failedStarts), count };
  }
  if (listenedMs >= STABLE_MS) return { kind: "replace", afterMs: BASE_MS, count: NO_DEATHS };
  const count = { failedStarts: 0, shortLives: shortLives + 1 };
  return { kind: "replace", afterMs: backoffMs(count.shortLives), count };
}
