import { createBlockEnd } from "#delivery/guard/block-end.ts";
import { createChangeDetector } from "#delivery/guard/change-detector.ts";
import { createCountWindow } from "#delivery/guard/count-window.ts";
import { createFailureCap } from "#delivery/guard/failure-cap.ts";
import type { GuardPolicy } from "#delivery/guard/guard-policy.ts";
import { createSideCounts, toCount } from "#delivery/guard/side-counts.ts";
import type { TwoSides } from "#delivery/guard/table-evidence.ts";
import { toAloneText } from "#delivery/guard/to-alone-text.ts";
import type { Outcome } from "#delivery/guard/to-outcome.ts";
import { logShareEvidence, toToleratedShare } from "#delivery/guard/tolerated-share.ts";

/** One of the six ways of being worse has to reach the threshold for all of them together. */
const HIGHEST_OVER_THRESHOLD = 10;

/** How a native side does that has no legacy beside it. */
export interface AloneReading {
  /** The window's counts; of a cohort, one failure counts in each block. */
  readonly counts: TwoSides;
  /** From 0 to 1: what native may fail of before anything is held against it. */
  readonly toleratedShare: number;
  /** From 0; at 1 there is enough for a trip. */
  readonly evidence: number;
  readonly verdict: "inconclusive" | "tolerable" | "worse";
  /** What native is held against, for people. */
  readonly text: string;
}

/** Holds native against what legacy was last known to do, while too little of legacy is left to compare with. */
export interface AloneWatch {
  /** True where this outcome ended a block, and by now native is worse. */
  outcome(outcome: Outcome): boolean;
  /** `undefined` while there is enough of both sides. */
  read(): AloneReading | undefined;
  /** Forgets what is held against native, and keeps what is known of legacy. */
  reset(): void;
}

export function createAloneWatch(
  policy: GuardPolicy,
  { threshold, nowMs }: { readonly threshold: number; readonly nowMs: () => number },
): AloneWatch {
  const { windowMs, aloneAfterMs, memoryMs, aloneBlockMs, minimumSamples } = policy;
  const window = createCountWindow(windowMs, nowMs);
  const recent = createCountWindow(aloneAfterMs, nowMs);
  const memory = createCountWindow(memoryMs, nowMs);
  // A trip can be held back for long, and must not come when native is well again.
  const detector = createChangeDetector(HIGHEST_OVER_THRESHOLD * threshold);
  const isDue = createBlockEnd({ ...policy, blockMinimumMs: aloneBlockMs }, nowMs);
  const block = createSideCounts();
  // The same for both sides, so that their shares can be compared.
  const cap = createFailureCap({ windowMs: aloneBlockMs, failuresPerCohort: 1 }, nowMs);
  const broken = createFailureCap({ windowMs, failuresPerCohort: 1 }, nowMs);
  const mostPerBlock = Math.log(policy.aloneBlockEvidence);
  let legacySeenAtMs = -Infinity;
  let nativeSeen = 0;

  /** What is tolerated, and by what; `undefined` while there is enough of legacy to compare with. */
  function toleration() {
    const { legacy } = recent.read();
    // Where both sides have traffic, what they do at the same time says more than any memory.
    if (legacy.count >= minimumSamples) return undefined;
    const all = memory.read().legacy;
    const remembered = all.count < minimumSamples ? undefined : all;
    return {
      remembered,
      share: toToleratedShare({ live: [block.legacy, legacy], remembered }, policy),
    };
  }

  /** Whoever leaves a side that hangs has seen no failure of it. */
  const hasFailed = ({ isFailure, durationMs = 0 }: Outcome): boolean =>
    isFailure || durationMs >= policy.hangMs;

  function judge(): void {
    const tolerated = toleration();
    if (tolerated !== undefined) {
      detector.addEvidence((oddsRatio) =>
        Math.min(mostPerBlock, logShareEvidence(block.native, tolerated.share, oddsRatio)),
      );
    }
    block.reset();
  }

  function verdictOn(evidence: number): AloneReading["verdict"] {
    if (nativeSeen < minimumSamples) return "inconclusive";
    return evidence >= 1 && broken.cohorts >= policy.aloneCohorts ? "worse" : "tolerable";
  }

  function read(): AloneReading | undefined {
    const tolerated = toleration();
    if (tolerated === undefined) return undefined;
    const { remembered, share: toleratedShare } = tolerated;
    const evidence = Math.min(1, detector.evidence / threshold);
    const ageMs = nowMs() - legacySeenAtMs;
    const text = toAloneText({ remembered, toleratedShare, ageMs });
    return { counts: window.read(), toleratedShare, evidence, verdict: verdictOn(evidence), text };
  }

  return {
    outcome(outcome) {
      const { side, cohort, isShared } = outcome;
      const isFailure = hasFailed(outcome);
      // What legacy could not answer in native's place either is no reason to go there.
      if (isShared || (isFailure && !cap.admit(`${side} ${cohort}`))) return false;
      const isOver = side === "native" && isDue(block.native.count);
      if (isOver) judge();
      for (const counts of [window, block]) counts.add(side, toCount(isFailure));
      if (side === "legacy") {
        for (const counts of [recent, memory]) counts.add(side, toCount(isFailure));
        legacySeenAtMs = nowMs();
      } else {
        if (isFailure) broken.admit(cohort);
        nativeSeen += 1;
      }
      return isOver && read()?.verdict === "worse";
    },
    read,
    reset() {
      window.reset();
      detector.reset();
      block.reset();
      cap.reset();
      broken.reset();
      nativeSeen = 0;
    },
  };
}
