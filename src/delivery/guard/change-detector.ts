import { isInformative, logEvidence, type TwoSides } from "#delivery/guard/table-evidence.ts";

/** The ways of being worse that are bet on, evenly: from half as much again to broken. */
const ODDS_RATIOS = [1.5, 2, 4, 8, 32, 128] as const;
/** Far past any threshold; keeps a number a number. */
const HIGHEST = 1e15;

/** Gathers evidence that native became worse than legacy, block by block. */
export interface ChangeDetector {
  /**
   * Its threshold `c` is reached by chance at most once in `c` informative blocks on average, and within the first
   * `m` of them with a probability of at most `m / c`, for every `m` and however often anybody looks.
   */
  readonly evidence: number;
  add(table: TwoSides): void;
  reset(): void;
}

/**
 * A Shiryaev–Roberts sum of e-values: evidence that began to gather at any block since the start is in it, so that a
 * long good time before a change does not hide the change. Takes constant memory.
 */
export function createChangeDetector(): ChangeDetector {
  const sums = ODDS_RATIOS.map(() => 0);
  return {
    get evidence() {
      return sums.reduce((total, sum) => total + sum, 0) / sums.length;
    },
    add(table) {
      if (!isInformative(table)) return;
      for (const [index, oddsRatio] of ODDS_RATIOS.entries()) {
        const next = (1 + (sums[index] ?? 0)) * Math.exp(logEvidence(table, oddsRatio));
        sums[index] = Math.min(next, HIGHEST);
      }
    },
    reset: () => void sums.fill(0),
  };
}
