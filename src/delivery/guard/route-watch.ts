import { createFailureCap } from "#delivery/guard/failure-cap.ts";
import {
  type GuardPolicy,
  type GuardSignal,
  toTripThreshold,
} from "#delivery/guard/guard-policy.ts";
import { toLatencyTable } from "#delivery/guard/latency-table.ts";
import { createSideCounts, toCount } from "#delivery/guard/side-counts.ts";
import { createSignalWatch, type SignalReading } from "#delivery/guard/signal-watch.ts";
import { createHistogram } from "#platform/histogram.ts";
import type { Side } from "#routing/decide.ts";

/** One request as the guard sees it. */
export interface Outcome {
  readonly side: Side;
  readonly cohort: string;
  readonly isFailure: boolean;
  /** `undefined` where its length says nothing, as with a stream. */
  readonly durationMs: number | undefined;
}

export type RouteReading = Readonly<Record<GuardSignal, SignalReading>>;

/** Watches both sides of one route; tells the first signal by which native is worse. */
export interface RouteWatch {
  outcome(outcome: Outcome): GuardSignal | undefined;
  /** One comparison: of native with legacy, or on side `legacy` of legacy with itself. */
  drift(side: Side, differs: boolean): GuardSignal | undefined;
  read(): RouteReading;
  reset(): void;
}

/** Tells when a block is over: by number and age alone, never by what happened in it. */
function createBlockEnd(policy: GuardPolicy, nowMs: () => number): (fewest: number) => boolean {
  let openedAtMs: number | undefined;
  return (fewest) => {
    const now = nowMs();
    openedAtMs ??= now;
    const ageMs = now - openedAtMs;
    const hasEnough = ageMs >= policy.blockMinimumMs && fewest >= policy.blockSamples;
    const isOver = hasEnough || ageMs >= policy.blockMaximumMs;
    if (isOver) openedAtMs = now;
    return isOver;
  };
}

const isWorse = ({ verdict }: SignalReading): boolean => verdict === "worse";

/** Takes 8 KB at once and nothing more later, but for a bounded list of cohorts that fail. */
export function createRouteWatch(policy: GuardPolicy, nowMs: () => number): RouteWatch {
  const options = { policy, nowMs, threshold: toTripThreshold(policy) };
  const errors = createSignalWatch(options);
  const latency = createSignalWatch(options);
  const drift = createSignalWatch(options);
  const cap = createFailureCap(policy, nowMs);

  const areRequestsDue = createBlockEnd(policy, nowMs);
  const outcomes = createSideCounts();
  const durations = { native: createHistogram(), legacy: createHistogram() };
  const areComparisonsDue = createBlockEnd(policy, nowMs);
  const comparisons = createSideCounts();

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
    outcome({ side, cohort, isFailure, durationMs }) {
      if (isFailure && !cap.admit(cohort)) return undefined;
      const fewest = Math.min(outcomes.native.count, outcomes.legacy.count);
      const worse = areRequestsDue(fewest) ? judgeRequests() : undefined;
      outcomes.add(side, toCount(isFailure));
      errors.count(side, toCount(isFailure));
      if (!isFailure && durationMs !== undefined) {
        durations[side].record(toComparable(side, durationMs));
      }
      return worse;
    },
    drift(side, differs) {
      const fewest = Math.min(comparisons.native.count, comparisons.legacy.count);
      if (areComparisonsDue(fewest)) {
        drift.judge(comparisons);
        comparisons.reset();
      }
      comparisons.add(side, toCount(differs));
      drift.count(side, toCount(differs));
      return isWorse(drift.read()) ? "drift" : undefined;
    },
    read: () => ({ errors: errors.read(), latency: latency.read(), drift: drift.read() }),
    reset() {
      clearRequests();
      comparisons.reset();
      cap.reset();
      for (const signal of [errors, latency, drift]) signal.reset();
    },
  };
}
