import { type AloneReading, createAloneWatch } from "#delivery/guard/alone-watch.ts";
import { createBlockEnd } from "#delivery/guard/block-end.ts";
import { createFailureCap } from "#delivery/guard/failure-cap.ts";
import {
  type GuardPolicy,
  type GuardSignal,
  toTripThreshold,
} from "#delivery/guard/guard-policy.ts";
import { toLatencyTable } from "#delivery/guard/latency-table.ts";
import { createSideCounts, toCount } from "#delivery/guard/side-counts.ts";
import { createSignalWatch, type SignalReading } from "#delivery/guard/signal-watch.ts";
import type { Outcome } from "#delivery/guard/to-outcome.ts";
import { createHistogram } from "#platform/histogram.ts";
import type { Side } from "#routing/decide.ts";

export type RouteReading = Readonly<Record<GuardSignal, SignalReading>> & {
  /** Absent while legacy has enough traffic to compare with. */
  readonly alone?: AloneReading | undefined;
};

/** `alone`: worse than what is tolerated of a native side without a legacy beside it. */
export type Finding = GuardSignal | "alone";

/** Watches both sides of one route; tells by what native is found worse first. */
export interface RouteWatch {
  outcome(outcome: Outcome): Finding | undefined;
  /** One comparison: of native with legacy, or on side `legacy` of legacy with itself. */
  drift(side: Side, differs: boolean): GuardSignal | undefined;
  read(): RouteReading;
  /** Native has answered something, be it only in a shadow. */
  readonly hasNative: boolean;
  reset(): void;
}

const isWorse = ({ verdict }: SignalReading): boolean => verdict === "worse";

/** Takes 8 KB at once and nothing more later, but for bounded lists of cohorts that fail. */
export function createRouteWatch(policy: GuardPolicy, nowMs: () => number): RouteWatch {
  const options = { policy, nowMs, threshold: toTripThreshold(policy) };
  const errors = createSignalWatch(options);
  const latency = createSignalWatch(options);
  const drift = createSignalWatch(options);
  const cap = createFailureCap(policy, nowMs);
  const alone = createAloneWatch(policy, options);

  const areRequestsDue = createBlockEnd(policy, nowMs);
  const outcomes = createSideCounts();
  const durations = { native: createHistogram(), legacy: createHistogram() };
  const areComparisonsDue = createBlockEnd(policy, nowMs);
  const comparisons = createSideCounts();

  let isTried = false;
  let isCompared = false;

  function clearRequests(): void {
    outcomes.reset();
    durations.native.reset();
    durations.legacy.reset();
  }

  function judgeRequests(): GuardSignal | undefined {
    errors.judge(outcomes);
    const slow = toLatencyTable(durations.native, durations.legacy, policy.slowShare);
    latency.count("native", slow.native);
    latency.count("legacy", slow.legacy);
    latency.judge(slow);
    clearRequests();
    if (isWorse(errors.read())) return "errors";
    return isWorse(latency.read()) ? "latency" : undefined;
  }

  /** A native time as it would be if native were as slow as it may be at most. */
  const toComparable = (side: Side, durationMs: number): number =>
    side === "legacy" ? durationMs : (durationMs - policy.latencySlackMs) / policy.latencyFactor;

  return {
    outcome(outcome) {
      const { side, cohort, isFailure, durationMs } = outcome;
      const byItself = alone.outcome(outcome) ? "alone" : undefined;
      isTried ||= side === "native";
      // What legacy did before native's first request is remembered, and no part of a block that native is in.
      if (!isTried) return undefined;
      if (isFailure && !cap.admit(cohort)) return byItself;
      const fewest = Math.min(outcomes.native.count, outcomes.legacy.count);
      const worse = areRequestsDue(fewest) ? judgeRequests() : undefined;
      outcomes.add(side, toCount(isFailure));
      errors.count(side, toCount(isFailure));
      if (!isFailure && durationMs !== undefined) {
        durations[side].record(toComparable(side, durationMs));
      }
      return worse ?? byItself;
    },
    drift(side, differs) {
      isCompared ||= side === "native";
      const fewest = Math.min(comparisons.native.count, comparisons.legacy.count);
      if (areComparisonsDue(fewest)) {
        drift.judge(comparisons);
        comparisons.reset();
      }
      comparisons.add(side, toCount(differs));
      drift.count(side, toCount(differs));
      return isWorse(drift.read()) ? "drift" : undefined;
    },
    read: () => ({
      errors: errors.read(),
      latency: latency.read(),
      drift: drift.read(),
      alone: alone.read(),
    }),
    get hasNative() {
      return isTried || isCompared;
    },
    reset() {
      clearRequests();
      comparisons.reset();
      cap.reset();
      alone.reset();
      for (const signal of [errors, latency, drift]) signal.reset();
    },
  };
}
