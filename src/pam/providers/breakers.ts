import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import {
  createCircuitBreaker,
  type BreakerLimits,
  type BreakerState,
  type CircuitBreaker,
} from "#platform/resilience/circuit-breaker.ts";

/** A model at a provider: what a call goes to, and what has a breaker. */
export interface ModelTarget {
  readonly provider: string;
  readonly model: string;
}

export interface Breakers {
  of(target: ModelTarget): CircuitBreaker;
  /** Of every model that was called so far. */
  states(): readonly (ModelTarget & { readonly state: BreakerState })[];
}

export interface BreakersOptions {
  readonly clock?: Pick<Clock, "monotonicMs">;
  readonly limits?: BreakerLimits;
}

/** One breaker a model, shared by all turns of the process. */
export function createBreakers({
  clock = systemClock,
  limits = PROVIDER_POLICY.breaker,
}: BreakersOptions = {}): Breakers {
  const entries = new Map<string, ModelTarget & { readonly breaker: CircuitBreaker }>();
  return {
    of({ provider, model }) {
      const key = `${provider}/${model}`;
      const known = entries.get(key);
      if (known !== undefined) return known.breaker;
      const breaker = createCircuitBreaker(limits, clock);
      entries.set(key, { provider, model, breaker });
      return breaker;
    },
    states: () =>
      [...entries.values()].map(({ provider, model, breaker }) => ({
        provider,
        model,
        state: breaker.state,
      })),
  };
}
