/*
 * What `banyan/policy` gives to programs outside: the policy's numbers and rules, and what runs a model call by them.
 * It stands on `fetch` and `AbortSignal` and reaches nothing of Node: it runs in Deno, in edge functions and in browsers.
 */
export {
  attemptMs,
  decideAfterFailure,
  FAILURE_RULES,
  FALLBACK_ORDER,
  PROVIDER_POLICY,
  STATUS_KINDS,
  toFailureKind,
  type Decision,
  type Failure,
  type FailureKind,
  type ProviderPolicy,
  type Standing,
  type Tier,
} from "#pam/retry-policy.ts";
export { createBreakers, type Breakers, type ModelTarget } from "./providers/breakers.ts";
export { DIALECTS, type Dialect } from "./providers/chat-completions/body.ts";
export { detectComplexity, type Complexity } from "./providers/detect-complexity.ts";
export {
  createFetchChatCompletions,
  type FetchChatCompletionsOptions,
} from "./providers/fetch-chat-completions.ts";
export {
  ModelCallError,
  type AttemptRecord,
  type ModelCall,
  type ModelEvent,
  type ServedAnswer,
} from "./providers/model-call.ts";
export { estimateTokens, PURPOSES, selectModels, type ModelSpec } from "./providers/models.ts";
export { ProviderError, toFailure } from "./providers/provider-error.ts";
export type {
  EndReason,
  ModelAnswer,
  ModelMessage,
  ModelProvider,
  ModelRequest,
  ProviderCallOptions,
  ProviderEvent,
  Usage,
} from "./providers/provider.ts";
export {
  routeModel,
  type ModelRoute,
  type RouteFacts,
  type RouteRequest,
} from "./providers/route-model.ts";
export {
  createModelRunner,
  type ModelRunner,
  type ModelRunnerOptions,
} from "./providers/run-model.ts";
export {
  createTurnBudget,
  type TurnBudget,
  type TurnBudgetOptions,
} from "./providers/turn-budget.ts";
