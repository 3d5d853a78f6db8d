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
  /** One block by another test: the logarithm of its e-value for each odds ratio. */
  addEvidence(logEvidenceAt: (oddsRatio: number) => number): void;
  reset(): void;
}

/**
 * A Shiryaev–Roberts sum of e-values: evidence that began to gather at any block since the start is in it, so that a
 * long good time before a change does not hide the change. `highest` bounds each way of being worse, and with it how
 * long what is over is remembered. Takes constant memory.
 */
export function createChangeDetector(highest = HIGHEST): ChangeDetector {
  const sums = ODDS_RATIOS.map(() => 0);
  function addEvidence(logEvidenceAt: (oddsRatio: number) => number): void {
    for (const [index, oddsRatio] of ODDS_RATIOS.entries()) {
      const next = (1 + (sums[index] ?? 0)) * Math.exp(logEvidenceAt(oddsRatio));
      sums[index] = Math.min(next, highest);
    }
  }
  return {
    get evidence() {
      return sums.reduce((total, sum) => total + sum, 0) / sums.length;
    },
    add(table) {
      if (isInformative(table)) addEvidence((oddsRatio) => logEvidence(table, oddsRatio));
    },
    addEvidence,
    reset: () => void sums.fill(0),
  };
}
