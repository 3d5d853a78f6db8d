import { FALLBACK_ORDER, type Tier } from "#pam/retry-policy.ts";

import type { ModelTarget } from "./breakers.ts";
import type { Complexity } from "./detect-complexity.ts";
import { estimateUsd, type ModelSpec } from "./models.ts";

export interface RouteRequest {
  readonly tier: Tier;
  readonly complexity: Complexity;
  readonly needsTools: boolean;
  /** Of the whole prompt: system, history, tools. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
}

export interface RouteFacts {
  /** Of the providers that are configured. */
  readonly models: readonly ModelSpec[];
  /** False while the target's breaker is open. */
  isHealthy(target: ModelTarget): boolean;
}

export interface ModelRoute {
  /** Never empty; what follows the first are its fallbacks. */
  readonly chain: readonly ModelTarget[];
  readonly reason: string;
  /** Of one answer of the first model, at its full length. */
  readonly estimatedUsd: number;
}

function fits(spec: ModelSpec, request: RouteRequest): boolean {
  const isLargeEnough = request.inputTokens + request.maxOutputTokens <= spec.contextTokens;
  return isLargeEnough && (spec.takesTools || !request.needsTools);
}

/** A provider's model for the message: its cheapest for a simple one, else its main one, where that fits. */
function pick(specs: readonly ModelSpec[], request: RouteRequest): ModelSpec | undefined {
  const byCost = specs.toSorted((left, right) => costOf(left, request) - costOf(right, request));
  const main =
    request.complexity === "simple" ? undefined : byCost.find(({ size }) => size === "main");
  return main ?? byCost[0];
}

function costOf(spec: ModelSpec, { inputTokens, maxOutputTokens }: RouteRequest): number {
  return estimateUsd(spec, { input: inputTokens, output: maxOutputTokens });
}

function toReason(request: RouteRequest, chosen: ModelSpec, passedOver: readonly string[]): string {
  const { tier, complexity, needsTools } = request;
  const what = `${complexity} message ${needsTools ? "with" : "without"} tools`;
  const size = complexity === "simple" ? "cheapest" : chosen.size;
  const unhealthy =
    passedOver.length === 0 ? "" : `; put last, breaker open: ${passedOver.join(", ")}`;
  return `${tier} tier, ${what}: ${size} model of ${chosen.provider}${unhealthy}`;
}

/**
 * Whom to ask first, and whom then. The tier orders the providers; each stands with the model that suits the
 * message; those whose breaker is open go to the end, not away: it may be their turn by then. `undefined` where no
 * model can hold the request.
 */
export function routeModel(request: RouteRequest, facts: RouteFacts): ModelRoute | undefined {
  const fitting = facts.models.filter((spec) => fits(spec, request));
  const order = FALLBACK_ORDER[request.tier];
  const names = new Set<string>([...order, ...fitting.map(({ provider }) => provider)]);
  const ranked = [...names].flatMap(
    (name) =>
      pick(
        fitting.filter(({ provider }) => provider === name),
        request,
      ) ?? [],
  );
  const healthy = ranked.filter((spec) => facts.isHealthy(spec));
  const unhealthy = ranked.filter((spec) => !facts.isHealthy(spec));
  const [first, ...rest] = [...healthy, ...unhealthy];
  if (first === undefined) return undefined;
  const passedOver = healthy.length === 0 ? [] : unhealthy.map(({ provider }) => provider);
  return {
    chain: [first, ...rest].map(({ provider, model }) => ({ provider, model })),
    reason: toReason(request, first, passedOver),
    estimatedUsd: costOf(first, request),
  };
}
