import type { AgentFailure, Executed } from "#pam/agent.ts";
import {
  complexityOf,
  PLAN_LIMITS,
  statusOf,
  toEstimate,
  toInsight,
  type Plan,
  type PlanStep,
} from "#pam/plans/index.ts";
import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import { TURN_LIMITS } from "#pam/turn/limits.ts";
import { ERROR_TEXTS } from "#pam/turn/texts.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** What went wrong in words for the user; `unavailable` is the legacy's sentence for whatever it is. */
export function toErrorText({ kind }: AgentFailure, unavailable: string): string {
  switch (kind) {
    case "blocked":
      return ERROR_TEXTS.blocked;
    case "no-plan":
      return "No plan could be made for this goal. Please say it in other words.";
    case "no-such-plan":
      return "There is no such plan, or it has expired";
    case "model-failed":
    case "defect":
    case "deadline":
    case "cancelled":
    case "superseded":
      return unavailable;
  }
}

const toStep = (step: PlanStep): object => ({
  step: step.step,
  action: step.action,
  description: step.description,
  arguments: step.arguments,
  depends_on: step.dependsOn,
  access: step.access,
  needs_confirmation: step.confirmationPrompt !== null,
  status: step.status,
  result: step.result,
});

const toToolNames = (steps: readonly PlanStep[]): readonly string[] => [
  ...new Set(steps.map(({ action }) => action)),
];

/** Under the legacy's keys, and how the plan is found again. */
export const toPlanAnswer = (plan: Plan): object => ({
  success: true,
  plan: {
    user_goal: plan.goal,
    complexity: complexityOf(plan),
    steps: plan.steps.map(toStep),
    tools_required: toToolNames(plan.steps),
    estimated_time: toEstimate(plan, {
      stepMs: TURN_LIMITS.toolMs,
      allMs: PROVIDER_POLICY.turnMs,
    }),
    success_probability: plan.successProbability,
  },
  agent_reasoning: plan.reasoning,
  can_execute: plan.steps.length > 0,
  plan_id: plan.id,
  expires_at: toNaiveUtc(plan.createdAtMs + PLAN_LIMITS.expiryMs),
});

/** Nothing was done and nothing can be any more: the first reason of it. */
function failureOf({ steps }: Plan): string | undefined {
  if (steps.some(({ status }) => status !== "failed" && status !== "skipped")) return undefined;
  const [first] = steps.flatMap(({ result }) => (result?.success === false ? [result.error] : []));
  return first;
}

export function toExecutionAnswer(
  { plan, response, uiActions, isRepeat, isRemembered }: Executed,
  tookMs: number,
): object {
  const done = plan.steps.filter(({ status }) => status === "done");
  const failure = failureOf(plan);
  return {
    success: failure === undefined,
    ...(failure !== undefined && { error: failure }),
    execution_result: {
      response,
      steps_completed: done.length,
      tools_used: toToolNames(done),
      execution_time: isRepeat ? "immediate" : `${(tookMs / 1_000).toFixed(1)} seconds`,
    },
    agent_insights: toInsight(plan),
    learning_captured: isRemembered,
    plan_id: plan.id,
    status: statusOf(plan),
    steps: plan.steps.map(toStep),
    needs_confirmation: plan.steps
      .filter(({ status }) => status === "needs_confirmation")
      .map(({ step, action, confirmationPrompt }) => ({
        step,
        action,
        prompt: confirmationPrompt,
      })),
    actions: uiActions,
  };
}
