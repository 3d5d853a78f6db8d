import type { StoredEvidence } from "#delivery/evidence/evidence-ledger.ts";
import type { Trip } from "#delivery/guard/index.ts";

/** A person's word that a route may go past what is known of it. */
export interface Pin {
  readonly percent: number;
  readonly by: string;
  readonly reason: string;
  readonly untilMs: number;
}

/** What is known of one route in one build. */
export interface RouteEvidence {
  /** The newest result of the contract suite; `undefined` where it was not run against this build. */
  readonly suite: { readonly isGreen: boolean; readonly atMs: number } | undefined;
  readonly shadow: { readonly compared: number; readonly unexplained: number };
  /** The newest live comparison since the last trip. */
  readonly comparison: { readonly isNoWorse: boolean; readonly atMs: number } | undefined;
  /** How long native requests were answered without a trip, over all instances. */
  readonly soakMs: number;
  /** Up to when that was. */
  readonly soakedUntilMs: number;
  readonly trip: Trip | undefined;
  /** It may have expired. */
  readonly pin: Pin | undefined;
}

export const NO_EVIDENCE: RouteEvidence = {
  suite: undefined,
  shadow: { compared: 0, unexplained: 0 },
  comparison: undefined,
  soakMs: 0,
  soakedUntilMs: -Infinity,
  trip: undefined,
  pin: undefined,
};

/** What has to be shown anew after native did worse. */
const SHOWN_BY_TRAFFIC = { comparison: undefined, soakMs: 0 } as const;

const keptSoak = ({ soakMs }: RouteEvidence, isGood: boolean): number => (isGood ? soakMs : 0);

/**
 * Adds one entry of the build to what is known of its route. A trip, a comparison that native lost and a red suite
 * take back what traffic had shown; a reset gives nothing of it back. Pure.
 */
export function addEvidence(known: RouteEvidence, entry: StoredEvidence): RouteEvidence {
  switch (entry.kind) {
    case "suite": {
      const { isGreen, atMs } = entry;
      return { ...known, suite: { isGreen, atMs }, soakMs: keptSoak(known, isGreen) };
    }
    case "shadow": {
      const compared = known.shadow.compared + entry.compared;
      const unexplained = known.shadow.unexplained + entry.unexplained;
      return { ...known, shadow: { compared, unexplained } };
    }
    case "comparison": {
      const { isNoWorse, atMs } = entry;
      return { ...known, comparison: { isNoWorse, atMs }, soakMs: keptSoak(known, isNoWorse) };
    }
    case "soak": {
      // Of instances that soak side by side the time counts once.
      const freshMs = entry.atMs - Math.max(entry.fromMs, known.soakedUntilMs);
      const soakedUntilMs = Math.max(known.soakedUntilMs, entry.atMs);
      return { ...known, soakMs: known.soakMs + Math.max(0, freshMs), soakedUntilMs };
    }
    case "trip":
      return { ...known, ...SHOWN_BY_TRAFFIC, trip: entry.trip };
    case "reset":
      return known.trip?.id === entry.lift.trip.id ? { ...known, trip: undefined } : known;
    case "pin": {
      const { percent, by, reason, untilMs } = entry;
      return { ...known, pin: { percent, by, reason, untilMs } };
    }
    case "unpin":
      return { ...known, pin: undefined };
    case "flip":
      return known;
  }
}
