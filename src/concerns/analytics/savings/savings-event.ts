import { amountProblem } from "#concerns/analytics/savings/money.ts";
import {
  SAVINGS_TYPES,
  VERIFICATION_METHODS,
} from "#concerns/analytics/savings/savings-vocabulary.ts";
import { toPythonRepr } from "#contracts/validation/python-repr.ts";

/** One saving, as callers and detection describe it. Amounts are in dollars. */
export interface SavingsEvent {
  readonly savings_type: string;
  readonly predicted_savings: number;
  readonly actual_savings: number;
  readonly baseline_cost: number;
  readonly optimized_cost: number;
  readonly description: string;
  readonly verification_method: string;
  readonly confidence_score: number | null;
  /** Latitude and longitude; none and an empty one are the same. */
  readonly location: readonly number[] | null;
  readonly category: string | null;
  readonly recommendation_id: string | null;
}

function locationProblem(location: readonly number[]): string | undefined {
  if (location.length > 2) return "too many values to unpack (expected 2)";
  return location.length === 1 ? "not enough values to unpack (expected 2, got 1)" : undefined;
}

/** What the legacy has against an event that its validation let pass, in its words; `undefined` for nothing. */
export function savingsEventProblem(event: SavingsEvent): string | undefined {
  const { savings_type: type, verification_method: method, location } = event;
  if (!SAVINGS_TYPES.some((known) => known === type)) {
    return `${toPythonRepr(type)} is not a valid SavingsType`;
  }
  if (!VERIFICATION_METHODS.some((known) => known === method)) {
    return `${toPythonRepr(method)} is not a valid VerificationMethod`;
  }
  return (
    locationProblem(location ?? []) ??
    amountProblem([
      event.predicted_savings,
      event.actual_savings,
      event.baseline_cost,
      event.optimized_cost,
      event.confidence_score ?? 0,
      ...(location ?? []),
    ])
  );
}
