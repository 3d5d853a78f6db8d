import { createChangeDetector } from "#delivery/guard/change-detector.ts";
import { createCountWindow } from "#delivery/guard/count-window.ts";
import type { GuardPolicy } from "#delivery/guard/guard-policy.ts";
import { createSideCounts, type SideCounts } from "#delivery/guard/side-counts.ts";
import type { TwoSides } from "#delivery/guard/table-evidence.ts";

/** What of a route is looked at by one signal. */
export interface SignalReading {
  /** The window's counts: bad are failed requests, slow ones, answers that differ. */
  readonly counts: TwoSides;
  /** From 0; at 1 the guard trips. */
  readonly evidence: number;
  /** `inconclusive` with too few samples of a side, of late or at all: the guard holds. */
  readonly verdict: "inconclusive" | "no-worse" | "worse";
}

/** One signal of one route. */
export interface SignalWatch {
  /** For what is shown, and for the minimum of samples. */
  count: SideCounts["add"];
  /** Takes a finished block for evidence. */
  judge(table: TwoSides): void;
  read(): SignalReading;
  reset(): void;
}

export interface SignalWatchOptions {
  readonly policy: GuardPolicy;
  readonly threshold: number;
  readonly nowMs: () => number;
}

export function createSignalWatch({ policy, threshold, nowMs }: SignalWatchOptions): SignalWatch {
  const window = createCountWindow(policy.windowMs, nowMs);
  const total = createSideCounts();
  const detector = createChangeDetector();
  const hasEnough = ({ native, legacy }: TwoSides): boolean =>
    Math.min(native.count, legacy.count) >= policy.minimumSamples;

  function verdictOn(counts: TwoSides, evidence: number): SignalReading["verdict"] {
    // A slow route gathers its evidence over many windows.
    if (evidence >= 1 && hasEnough(total)) return "worse";
    return hasEnough(counts) ? "no-worse" : "inconclusive";
  }

  return {
    count(side, counts) {
      window.add(side, counts);
      total.add(side, counts);
    },
    judge: (table) => detector.add(table),
    read() {
      const counts = window.read();
      const evidence = Math.min(1, detector.evidence / threshold);
      return { counts, evidence, verdict: verdictOn(counts, evidence) };
    },
    reset() {
      window.reset();
      total.reset();
      detector.reset();
    },
  };
}
