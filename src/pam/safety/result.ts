import type { SafetyCheck } from "./checks/index.ts";

/** How sure a verdict is, by what gave it. The legacy's figures. */
export const CONFIDENCE = { hit: 0.9, clean: 0.7, unknown: 0.5 } as const;

/** `regex`: the checks. The others: what the second stage said, or why it said nothing. */
export type DetectionMethod = "regex" | "llm" | "llm_error_fallback" | "circuit_open";

interface Verdict {
  /** From 0 to 1. It decides nothing. */
  readonly confidence: number;
  /** For logs. No client reads it. */
  readonly reason: string;
  readonly detectionMethod: DetectionMethod;
}

export interface CleanResult extends Verdict {
  readonly isMalicious: false;
}

export interface MaliciousResult extends Verdict {
  readonly isMalicious: true;
  /** The check that hit, `second-stage` where it was the model. */
  readonly check: string;
  /** What it counts as; which answer the client gets follows from it. */
  readonly event: SafetyCheck["event"];
}

export type SafetyResult = CleanResult | MaliciousResult;
