import type { Failure, FailureKind } from "#pam/retry-policy.ts";
import type { Phase } from "#platform/resilience/phases.ts";

import type { ModelTarget } from "./breakers.ts";
import type { EndReason, ModelAnswer, ModelRequest, ProviderEvent, Usage } from "./provider.ts";
import type { TurnBudget } from "./turn-budget.ts";

export interface ModelCall {
  readonly request: ModelRequest;
  /** Whom to ask, best first, as the model router gives it. */
  readonly chain: readonly ModelTarget[];
  readonly budget: TurnBudget;
  /** Of the whole turn: its deadline, and its user going away. */
  readonly signal: AbortSignal;
}

/** One line of what was tried, for logs, metrics and tests. */
export interface AttemptRecord extends ModelTarget {
  /** `breaker-open` is a target that was passed over: it costs neither time nor budget. */
  readonly outcome: "ok" | "cancelled" | "defect" | FailureKind;
  readonly status: number | undefined;
  /** The phase that ran out of time. */
  readonly phase: Phase | undefined;
  readonly durationMs: number;
  readonly usage: Usage | undefined;
}

export interface Served {
  readonly served: ModelTarget;
  readonly attempts: readonly AttemptRecord[];
}

export type ModelEvent =
  | Exclude<ProviderEvent, { readonly kind: "end" | "progress" }>
  | ({ readonly kind: "end"; readonly reason: EndReason } & Served);

export type ServedAnswer = ModelAnswer & Served;

/** The end of a model call that no attempt could save. Its message is for operators. */
export class ModelCallError extends Error {
  override readonly name = "ModelCallError";
  readonly failure: Failure;
  readonly attempts: readonly AttemptRecord[];
  /** Part of the answer was handed out before it broke. */
  readonly isPartial: boolean;

  constructor(
    failure: Failure,
    facts: { readonly attempts: readonly AttemptRecord[]; readonly isPartial: boolean },
    options?: ErrorOptions,
  ) {
    const tried = facts.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`);
    super(`No model answered: ${failure.kind}, tried: ${tried.join(", ") || "nothing"}`, options);
    this.failure = failure;
    this.attempts = facts.attempts;
    this.isPartial = facts.isPartial;
  }
}
