import { z } from "zod";

import type { Clock } from "#platform/clock.ts";
import { untilAborted } from "#platform/resilience/until-aborted.ts";

import { CONFIDENCE, type DetectionMethod, type SafetyResult } from "./result.ts";

/** Asks a model about a text: gives a verdict as an object or as JSON text, plain or in a code fence. */
export type AskModel = (text: string, signal: AbortSignal) => Promise<unknown>;

export interface SecondStage {
  /** Fails open: whatever goes wrong, the checks' answer stands. Rejects only as `signal` is aborted. */
  judge(text: string, signal: AbortSignal): Promise<SafetyResult>;
}

export interface SecondStageOptions {
  readonly ask: AskModel;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Default 3 s. */
  readonly timeoutMs?: number;
}

const FAILURES_TO_OPEN = 3;
const OPEN_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 3_000;

const verdictSchema = z.object({
  is_malicious: z.boolean().default(false),
  confidence: z.number().min(0).max(1).default(CONFIDENCE.unknown),
  reason: z.string().default("LLM analysis complete"),
});

/** Each end at most once and anchored: a model may well answer with nothing but backticks. */
const withoutFence = (text: string): string =>
  text
    .trim()
    .replace(/^```(?:json)?/u, "")
    .replace(/```$/u, "");

function toVerdict(answer: unknown): SafetyResult {
  const value: unknown = typeof answer === "string" ? JSON.parse(withoutFence(answer)) : answer;
  const { is_malicious: isMalicious, confidence, reason } = verdictSchema.parse(value);
  const verdict = { confidence, reason, detectionMethod: "llm" } as const;
  return isMalicious
    ? { ...verdict, isMalicious, check: "second-stage", event: "PROMPT_INJECTION" }
    : { ...verdict, isMalicious };
}

const passed = (detectionMethod: DetectionMethod, reason: string): SafetyResult => ({
  isMalicious: false,
  confidence: CONFIDENCE.clean,
  reason,
  detectionMethod,
});

/**
 * The second stage: a model judges what the checks found clean. Three failures in a row open its breaker for a
 * minute, in which nobody is asked. The count is kept: one more failure after that opens it again.
 */
export function createSecondStage({
  ask,
  clock,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: SecondStageOptions): SecondStage {
  let failures = 0;
  let openUntilMs = -Infinity;

  function fail(): SafetyResult {
    failures += 1;
    if (failures >= FAILURES_TO_OPEN) openUntilMs = clock.monotonicMs() + OPEN_MS;
    return passed("llm_error_fallback", "LLM validation error - passed regex check");
  }

  return {
    async judge(text, signal) {
      signal.throwIfAborted();
      if (clock.monotonicMs() < openUntilMs) {
        return passed("circuit_open", "LLM validation skipped - passed regex check");
      }
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const result = toVerdict(await untilAborted(ask(text, bounded), bounded));
        failures = 0;
        return result;
      } catch {
        signal.throwIfAborted();
        return fail();
      }
    },
  };
}
