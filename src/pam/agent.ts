/*
 * The assistant as an agent: a goal becomes a plan, and a plan is carried out. Like the turn it is a place where PAM's
 * rooms meet; it runs by the turn's own limits, and takes a user's turn while it changes anything of theirs.
 */
import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";

import { createExecution, type ExecutionDependencies } from "./agent-execution.ts";
import type {
  AgentFailure,
  ExecuteInput,
  ExecuteOutcome,
  PlanInput,
  PlanOutcome,
} from "./agent-input.ts";
import { createPlanning, type PlanningDependencies } from "./agent-planning.ts";
import type { PlanStore } from "./plans/index.ts";
import { createTurnBudget, ModelCallError } from "./providers/index.ts";
import type { TurnDependencies } from "./turn.ts";
import { createTurnSignal, type TurnSignal } from "./turn/turn-signal.ts";

export type { AgentFailure, Executed, ExecuteOutcome, PlanOutcome } from "./agent-input.ts";

/** Neither rejects. Both end with the signal, and after 27 s at the latest. */
export interface Agent {
  /** Makes a plan, keeps it and carries nothing out. */
  plan(input: PlanInput): Promise<PlanOutcome>;
  /**
   * Carries out what is still to be done of a plan, or makes one of a goal first. What was done is never done again:
   * a plan that is finished gives what it gave.
   */
  execute(input: ExecuteInput): Promise<ExecuteOutcome>;
}

export interface AgentDependencies
  extends
    Pick<TurnDependencies, "store" | "safety" | "onDefect">,
    Pick<PlanningDependencies, "route" | "tools" | "createId"> {
  readonly runner: PlanningDependencies["runner"] & ExecutionDependencies["runner"];
  readonly plans: PlanStore;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

export function createAgent(dependencies: AgentDependencies): Agent {
  const { plans, onDefect, clock = systemClock, scheduler = systemScheduler } = dependencies;
  const parts = { ...dependencies, clock, scheduler };
  const makePlan = createPlanning(parts);
  const carryOut = createExecution(parts);

  function toFailure(error: unknown, { stoppedBy }: TurnSignal): AgentFailure {
    if (stoppedBy !== undefined) return { kind: stoppedBy };
    if (error instanceof ModelCallError) return { kind: "model-failed" };
    onDefect?.(error);
    return { kind: "defect" };
  }

  async function within<Outcome>(
    caller: AbortSignal,
    work: (limit: TurnSignal) => Promise<Outcome>,
  ): Promise<Outcome | AgentFailure> {
    const limit = createTurnSignal({ scheduler, deadlineMs: PROVIDER_POLICY.turnMs });
    try {
      limit.follow(caller, "cancelled");
      return await work(limit);
    } catch (error) {
      return toFailure(error, limit);
    } finally {
      limit.release();
    }
  }

  return {
    plan: async (input) =>
      within(input.signal, async ({ signal }) =>
        makePlan({ ...input, signal }, createTurnBudget({ clock })),
      ),

    execute: async (input) =>
      within<ExecuteOutcome>(input.signal, async (limit) => {
        const { order, userId } = input;
        const { signal } = limit;
        const budget = createTurnBudget({ clock });
        if (order.kind === "plan") {
          const plan = await plans.read(userId, order.planId);
          if (plan === undefined) return { kind: "no-such-plan" };
          return carryOut({ ...input, plan, confirmed: order.confirmed, budget, limit });
        }
        const made = await makePlan({ ...input, goal: order.goal, signal }, budget);
        if (made.kind !== "planned") return made;
        return carryOut({ ...input, plan: made.plan, confirmed: new Set(), budget, limit });
      }),
  };
}
