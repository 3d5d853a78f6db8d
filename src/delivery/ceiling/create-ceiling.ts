import { type CeilingVerdict, toCeiling } from "#delivery/ceiling/to-ceiling.ts";
import type { EvidenceView } from "#delivery/evidence/index.ts";
import type { Clock } from "#platform/clock.ts";
import type { CeilingMode } from "#platform/config/settings.ts";
import type { Safeguards } from "#routing/safeguards.ts";

export interface Ceiling extends Pick<Safeguards, "ceilingOf"> {
  readonly mode: CeilingMode;
  /** Whatever the mode is. */
  of(routeId: string): CeilingVerdict;
}

export interface CeilingOptions {
  readonly mode: CeilingMode;
  readonly evidence: Pick<EvidenceView, "of">;
  readonly clock: Pick<Clock, "now">;
}

/** The ceiling of every route, as decisions ask for it. `off` says nothing, `report` clamps nothing. */
export function createCeiling({ mode, evidence, clock }: CeilingOptions): Ceiling {
  const of = (routeId: string): CeilingVerdict => toCeiling(evidence.of(routeId), clock.now());
  return {
    mode,
    of,
    ceilingOf(routeId) {
      if (mode === "off") return undefined;
      return { allowedPercent: of(routeId).allowedPercent, isEnforced: mode === "enforce" };
    },
  };
}
