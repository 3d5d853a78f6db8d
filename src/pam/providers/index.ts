/* The door of the AI providers, and the list of them. What runs a model call stands in `run-model.ts`. */
import { anthropic } from "./anthropic.ts";
import type { ProviderDependencies } from "./define-provider.ts";
import { createOffline } from "./offline.ts";
import { deepseek, openai } from "./openai.ts";
import type { ModelProvider } from "./provider.ts";

export { createBreakers, type Breakers, type ModelTarget } from "./breakers.ts";
export type { ProviderDependencies } from "./define-provider.ts";
export { detectComplexity } from "./detect-complexity.ts";
export {
  ModelCallError,
  type AttemptRecord,
  type ModelCall,
  type ModelEvent,
} from "./model-call.ts";
export { estimateTokens, PURPOSES, selectModels } from "./models.ts";
export { OFFLINE_LABEL } from "./offline.ts";
export { createProviderFetch } from "./provider-fetch.ts";
export { createProviderMetrics } from "./provider-metrics.ts";
export type { EndReason, ModelMessage, ModelProvider, ModelRequest, Usage } from "./provider.ts";
export { routeModel, type ModelRoute, type RouteRequest } from "./route-model.ts";
export { createModelRunner, type ModelRunner } from "./run-model.ts";
export { createTurnBudget, type TurnBudget } from "./turn-budget.ts";

/** Every provider that wants a key, one line each, in alphabetical order. */
export const PROVIDERS = [anthropic, deepseek, openai] as const;

export type ProviderName = (typeof PROVIDERS)[number]["name"];

export interface ProviderSettings {
  readonly apiKey: string | undefined;
  /** Default: the provider's own address. */
  readonly baseUrl?: string | undefined;
}

/** Those for which there is a key, by name; the offline one where there is none at all. */
export function createProviders(
  settings: Readonly<Partial<Record<ProviderName, ProviderSettings>>>,
  dependencies: ProviderDependencies,
): ReadonlyMap<string, ModelProvider> {
  const configured = PROVIDERS.flatMap((definition) => {
    const { apiKey, baseUrl = definition.baseUrl } = settings[definition.name] ?? {};
    return apiKey === undefined ? [] : [definition.create({ apiKey, baseUrl }, dependencies)];
  });
  const providers = configured.length > 0 ? configured : [createOffline()];
  return new Map(providers.map((provider) => [provider.name, provider]));
}
