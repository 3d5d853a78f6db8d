import type { Tier } from "#pam/retry-policy.ts";

import type { Plan } from "./plans/index.ts";
import type { MaliciousResult } from "./safety/result.ts";
import type { StopKind } from "./turn-event.ts";
import type { ClientContext } from "./turn/read-context.ts";
import type { UiAction } from "./turn/ui-actions.ts";

export interface AgentInput {
  /** From the verified token. */
  readonly userId: string;
  /** Sanitised, with whatever the surface knows of the user. */
  readonly context: ClientContext;
  readonly tier: Tier;
  /** The caller has gone away. */
  readonly signal: AbortSignal;
}

export interface PlanInput extends AgentInput {
  /** Sanitised, and not blank. */
  readonly goal: string;
}

export interface ExecuteInput extends AgentInput {
  readonly order:
    | { readonly kind: "goal"; readonly goal: string }
    | {
        readonly kind: "plan";
        readonly planId: string;
        /** Numbers of the steps that the user has agreed to. */
        readonly confirmed: ReadonlySet<number>;
      };
}

/** `no-plan`: the model handed in nothing that could be carried out, twice. */
export type AgentFailure =
  | { readonly kind: "blocked"; readonly verdict: MaliciousResult }
  | { readonly kind: "no-plan" | "no-such-plan" | "model-failed" | "defect" | StopKind };

export interface Planned {
  readonly kind: "planned";
  readonly plan: Plan;
}

export interface Executed {
  readonly kind: "executed";
  /** As it stands now. */
  readonly plan: Plan;
  /** Never empty. */
  readonly response: string;
  /** What the web client is told to load again. */
  readonly uiActions: readonly UiAction[];
  /** The plan had been finished before: nothing was run. */
  readonly isRepeat: boolean;
  /** The conversation knows of it. */
  readonly isRemembered: boolean;
}

export type PlanOutcome = Planned | AgentFailure;
export type ExecuteOutcome = Executed | AgentFailure;
