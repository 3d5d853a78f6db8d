/**
 * Plans: steps of tools towards a goal, proposed by a model, judged here, kept per user and carried out step by step.
 * The assistant's `agent.ts` asks the model and runs the tools; nothing here does.
 */
export { draftPlan } from "./draft-plan.ts";
export { createMemoryPlanStore } from "./memory-plan-store.ts";
export { toPlanPrompt } from "./plan-prompt.ts";
export type { PlanStore } from "./plan-store.ts";
export { complexityOf, tellSteps, toEstimate, toInsight } from "./plan-texts.ts";
export { PLAN_LIMITS, statusOf, type Plan, type PlanStep } from "./plan.ts";
export {
  readProposal,
  SUBMIT_PLAN,
  type FindPlannable,
  type PlannableTool,
  type Proposal,
} from "./proposal.ts";
export { createRedisPlanStore } from "./redis-plan-store.ts";
export { readTravelContext } from "./rv-context.ts";
export { recoverSteps, runSteps, toCall } from "./run-steps.ts";
