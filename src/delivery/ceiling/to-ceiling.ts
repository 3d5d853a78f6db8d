import { CEILING_STEPS, type CeilingStep } from "#delivery/ceiling/ceiling-steps.ts";
import type { Pin, RouteEvidence } from "#delivery/evidence/index.ts";

/** How much of a route evidence allows to be native, and what would allow more. */
export interface CeilingVerdict {
  /** With the pin, where one holds. */
  readonly allowedPercent: number;
  /** By evidence alone. */
  readonly earnedPercent: number;
  readonly step: CeilingStep["name"];
  /** `undefined` at the top. */
  readonly next: { readonly percent: number; readonly missing: string } | undefined;
  /** The pin that holds now; it may be below what is earned, and then changes nothing. */
  readonly pin: Pin | undefined;
}

/** Reads a ceiling from what is known. A pin only ever raises it, until its time is over. Pure. */
export function toCeiling(evidence: RouteEvidence, nowMs: number): CeilingVerdict {
  const stop = CEILING_STEPS.findIndex(({ isShown }) => !isShown(evidence));
  const missing = CEILING_STEPS[stop];
  const { percent: earnedPercent, name: step } = CEILING_STEPS.at(stop === -1 ? -1 : stop - 1) ?? {
    percent: 0,
    name: "start" as const,
  };
  const pin = evidence.pin !== undefined && nowMs < evidence.pin.untilMs ? evidence.pin : undefined;
  return {
    allowedPercent: Math.max(earnedPercent, pin?.percent ?? 0),
    earnedPercent,
    step,
    next: missing && { percent: missing.percent, missing: missing.toMissing(evidence) },
    pin,
  };
}
