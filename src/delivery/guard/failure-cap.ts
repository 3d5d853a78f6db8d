/** Cohorts that are remembered at once; whoever comes on top of them is not capped. */
const MOST_COHORTS = 1_000;

/** Lets a cohort's failures count up to a number in each window. */
export interface FailureCap {
  /** Takes note of one more failure; false where the cohort has had its share. */
  admit(cohort: string): boolean;
  /** How many cohorts have failed in this window. */
  readonly cohorts: number;
  reset(): void;
}

export function createFailureCap(
  { windowMs, failuresPerCohort }: { windowMs: number; failuresPerCohort: number },
  nowMs: () => number,
): FailureCap {
  const failures = new Map<string, number>();
  let window = -1;
  function turn(): void {
    const current = Math.floor(nowMs() / windowMs);
    if (current !== window) failures.clear();
    window = current;
  }
  return {
    get cohorts() {
      turn();
      return failures.size;
    },
    admit(cohort) {
      turn();
      const before = failures.get(cohort) ?? 0;
      if (before >= failuresPerCohort) return false;
      if (before > 0 || failures.size < MOST_COHORTS) failures.set(cohort, before + 1);
      return true;
    },
    reset: () => failures.clear(),
  };
}
