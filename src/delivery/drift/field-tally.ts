import type { DifferenceKind, FieldDifference } from "#delivery/compare/index.ts";
import type { ExplainedDifference, FieldDrift } from "#delivery/drift/drift-snapshot.ts";
import { judgeNoise, type NoiseThresholds } from "#delivery/drift/noise.ts";

interface FieldTally {
  readonly kinds: Set<DifferenceKind>;
  readonly explainedBy: Set<string>;
  readonly firstSeenMs: number;
  raw: number;
  noise: number;
  explained: number;
  lastSeenMs: number;
  /** The latest difference against native; of legacy against itself where there was no other. */
  latest: FieldDifference;
}

/** How many answers of a route were compared. */
export interface Totals {
  readonly compared: number;
  readonly baselines: number;
}

/** Counts differences by field, each once for an answer, and no more fields than it may. */
export interface FieldTallies {
  /** Differences in fields beyond what is kept. */
  readonly overflow: number;
  count(
    differences: readonly ExplainedDifference[],
    against: "native" | "legacy",
    nowMs: number,
  ): void;
  /** False for noise, by what was counted so far. */
  isDrift(difference: FieldDifference, totals: Totals): boolean;
  snapshot(totals: Totals): readonly FieldDrift[];
}

const MAX_DEVIATIONS = 8;

export function createFieldTallies(maxFields: number, thresholds: NoiseThresholds): FieldTallies {
  const tallies = new Map<string, FieldTally>();
  let overflow = 0;

  function tallyOf(difference: FieldDifference, nowMs: number): FieldTally | undefined {
    const known = tallies.get(difference.field);
    if (known !== undefined || tallies.size >= maxFields) return known;
    const tally: FieldTally = {
      kinds: new Set(),
      explainedBy: new Set(),
      firstSeenMs: nowMs,
      raw: 0,
      noise: 0,
      explained: 0,
      lastSeenMs: nowMs,
      latest: difference,
    };
    tallies.set(difference.field, tally);
    return tally;
  }

  function countOne(
    tally: FieldTally,
    difference: ExplainedDifference,
    against: "native" | "legacy",
  ): void {
    const { kind, explainedBy } = difference;
    if (against === "legacy") {
      tally.noise += 1;
      return;
    }
    tally.kinds.add(kind);
    tally.latest = difference;
    if (explainedBy === undefined) tally.raw += 1;
    else {
      tally.explained += 1;
      if (tally.explainedBy.size < MAX_DEVIATIONS) tally.explainedBy.add(explainedBy);
    }
  }

  const verdictOf = ({ raw, noise }: Pick<FieldTally, "raw" | "noise">, totals: Totals) =>
    judgeNoise({ raw, noise, ...totals }, thresholds);

  return {
    get overflow() {
      return overflow;
    },
    count(differences, against, nowMs) {
      // An answer with ten items that lack one field lacks it once.
      for (const [, all] of Map.groupBy(differences, ({ field }) => field)) {
        const difference = all.find(({ explainedBy }) => explainedBy === undefined) ?? all[0];
        if (difference === undefined) continue;
        const tally = tallyOf(difference, nowMs);
        if (tally === undefined) overflow += 1;
        else {
          countOne(tally, difference, against);
          tally.lastSeenMs = nowMs;
        }
      }
    },
    isDrift({ field }, totals) {
      const tally = tallies.get(field);
      return tally === undefined || verdictOf(tally, totals) !== "noise";
    },
    snapshot: (totals) =>
      [...tallies].map(([field, tally]) => ({
        field,
        kinds: [...tally.kinds],
        raw: tally.raw,
        noise: tally.noise,
        explained: tally.explained,
        explainedBy: [...tally.explainedBy],
        verdict: tally.raw === 0 && tally.explained > 0 ? "explained" : verdictOf(tally, totals),
        firstSeenMs: tally.firstSeenMs,
        lastSeenMs: tally.lastSeenMs,
        legacy: tally.latest.legacy,
        native: tally.latest.native,
      })),
  };
}
