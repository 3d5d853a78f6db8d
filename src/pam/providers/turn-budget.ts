import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import { systemClock, type Clock } from "#platform/clock.ts";

/** What all model calls of one turn share: a number of attempts, and an end. */
export interface TurnBudget {
  readonly attemptsLeft: number;
  readonly msLeft: number;
  spendAttempt(): void;
}

export interface TurnBudgetOptions {
  readonly clock?: Pick<Clock, "monotonicMs">;
  readonly turnMs?: number;
  readonly attempts?: number;
}

/** Begins to count at once. The turn's abort signal ends it; the budget only keeps attempts from being begun too late. */
export function createTurnBudget({
  clock = systemClock,
  turnMs = PROVIDER_POLICY.turnMs,
  attempts = PROVIDER_POLICY.attemptsPerTurn,
}: TurnBudgetOptions = {}): TurnBudget {
  const endMs = clock.monotonicMs() + turnMs;
  let left = attempts;
  return {
    get attemptsLeft() {
      return left;
    },
    get msLeft() {
      return Math.max(0, endMs - clock.monotonicMs());
    },
    spendAttempt() {
      left -= 1;
    },
  };
}
