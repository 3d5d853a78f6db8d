import type { EvidenceEntry } from "#delivery/evidence/evidence-entry.ts";
import type { RouteSample } from "#delivery/evidence/evidence-recorder.ts";
import type { GuardEvent, RouteReading } from "#delivery/guard/index.ts";

/** A trip or a reset as the ledger keeps it. Each is written once: by the instance that found or ordered it. Pure. */
export function toGuardEvidence(event: GuardEvent, buildId: string): EvidenceEntry {
  switch (event.kind) {
    case "tripped": {
      const { trip } = event;
      return { kind: "trip", routeId: trip.routeId, buildId, atMs: trip.atMs, trip };
    }
    case "reset": {
      const { lift } = event;
      return { kind: "reset", routeId: lift.trip.routeId, buildId, atMs: lift.atMs, lift };
    }
  }
}

/**
 * What the guard's live comparison of errors and latency comes to; `undefined` while it is inconclusive. A stream's
 * length says nothing, so there errors decide alone. Pure.
 */
export function toComparison(reading: RouteReading | undefined): RouteSample["comparison"] {
  if (reading === undefined) return undefined;
  const { errors, latency } = reading;
  const counts = { native: errors.counts.native.count, legacy: errors.counts.legacy.count };
  if (errors.verdict === "worse" || latency.verdict === "worse") {
    return { isNoWorse: false, ...counts };
  }
  const isTimed = latency.counts.native.count + latency.counts.legacy.count > 0;
  const isShown = errors.verdict === "no-worse" && (!isTimed || latency.verdict === "no-worse");
  return isShown ? { isNoWorse: true, ...counts } : undefined;
}
