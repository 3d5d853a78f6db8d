/** What of a native side is held against legacy. */
export const GUARD_SIGNALS = ["errors", "latency", "drift"] as const;
export type GuardSignal = (typeof GUARD_SIGNALS)[number];

/** When the guard trips. `docs/guard.md` says where the numbers come from; a test holds its table to these. */
export interface GuardPolicy {
  /** The window that rates are given for and samples are counted in. */
  readonly windowMs: number;
  /** Most false trips of one route in one window, over all signals and however often anybody looks. */
  readonly falseTripsPerWindow: number;
  /** Requests that each side must have before anything is said of it; with fewer the guard is inconclusive, and holds. */
  readonly minimumSamples: number;
  /** A block of requests is judged when it is as old as this and each side has `blockSamples`. */
  readonly blockMinimumMs: number;
  readonly blockSamples: number;
  /** A block that is older is judged with what it has. */
  readonly blockMaximumMs: number;
  /** Native is slow only beyond legacy's time by this factor and, on top, this many milliseconds. */
  readonly latencyFactor: number;
  readonly latencySlackMs: number;
  /** The slowest share of both sides together, whose members are counted by side. */
  readonly slowShare: number;
  /** Failures of one cohort that count in a window: one client with a broken request is no broken route. */
  readonly failuresPerCohort: number;
  /** How long it is remembered what legacy did, for when it has no traffic left to compare with. */
  readonly memoryMs: number;
  /** Native is alone where legacy had fewer than `minimumSamples` for so long. */
  readonly aloneAfterMs: number;
  /** A native side alone is judged in blocks that are as old as this: shared trouble is often over within a few. */
  readonly aloneBlockMs: number;
  /** The most evidence of one such block, as a factor: no moment trips alone, however bad. */
  readonly aloneBlockEvidence: number;
  /** Cohorts that must have failed within the window: a route that few use may have few broken clients. */
  readonly aloneCohorts: number;
  /** The share of failures that is tolerated of it, however good legacy was: less may be anybody's. */
  readonly leastTolerance: number;
  /** Odds that are tolerated of it, over the highest that legacy's may have been: it is not the same hour. */
  readonly oddsTolerance: number;
  /** An answer or a wait in vain of this length counts as a failure of native alone: its turns end sooner by themselves. */
  readonly hangMs: number;
  /** The share that is tolerated where nothing is known of legacy: no route that works fails a quarter of its requests. */
  readonly unknownTolerance: number;
}

export const GUARD_POLICY: GuardPolicy = {
  windowMs: 300_000,
  falseTripsPerWindow: 0.0001,
  minimumSamples: 20,
  blockMinimumMs: 1_000,
  blockSamples: 4,
  blockMaximumMs: 300_000,
  latencyFactor: 1.25,
  latencySlackMs: 10,
  slowShare: 0.1,
  failuresPerCohort: 3,
  memoryMs: 86_400_000,
  aloneAfterMs: 60_000,
  aloneBlockMs: 10_000,
  aloneBlockEvidence: 20,
  aloneCohorts: 8,
  leastTolerance: 0.02,
  oddsTolerance: 2,
  unknownTolerance: 0.25,
  hangMs: 30_000,
};

/** Each signal is a test, and a native side alone is one more. */
const TESTS = GUARD_SIGNALS.length + 1;

/**
 * The evidence at which one test trips: it is reached by chance at most once in so many blocks, and a window
 * cannot have more blocks than seconds.
 */
export function toTripThreshold({
  windowMs,
  blockMinimumMs,
  falseTripsPerWindow,
}: GuardPolicy): number {
  return (TESTS * (windowMs / blockMinimumMs)) / falseTripsPerWindow;
}
