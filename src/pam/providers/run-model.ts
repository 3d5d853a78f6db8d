import { PROVIDER_POLICY, type ProviderPolicy } from "#pam/retry-policy.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import {
  createWait,
  systemScheduler,
  type Scheduler,
  type Wait,
} from "#platform/resilience/scheduler.ts";

import { boundOutput } from "./bound-output.ts";
import { createBreakers, type Breakers } from "./breakers.ts";
import type { AttemptRecord, ModelCall, ModelEvent, Served, ServedAnswer } from "./model-call.ts";
import type { ModelAnswer, ModelProvider, ProviderEvent } from "./provider.ts";
import { runChain, type Question } from "./run-chain.ts";

export interface ModelRunnerOptions {
  /** By name. */
  readonly providers: ReadonlyMap<string, ModelProvider>;
  /** Shared by all turns; default: this runner's own. */
  readonly breakers?: Breakers;
  /** Told of every attempt as it ends. */
  readonly onAttempt?: (record: AttemptRecord) => void;
  readonly policy?: ProviderPolicy;
  readonly clock?: Pick<Clock, "monotonicMs">;
  readonly scheduler?: Scheduler;
  /** How it pauses before a retry; default: by the scheduler. */
  readonly wait?: Wait;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/**
 * One call of a model by the policy: attempts, fallbacks, breakers, time. Both throw a `ModelCallError` where nobody
 * answered, and the signal's own reason where it aborted.
 */
export interface ModelRunner {
  /** The whole answer at once; a failure in its middle is tried again, since nobody has seen it. */
  complete(call: ModelCall): Promise<ServedAnswer>;
  /** Piece by piece. After the first event nothing is tried again; a consumer that stops ends the request. */
  stream(call: ModelCall): AsyncGenerator<ModelEvent, void, void>;
}

const completion = ({ request }: ModelCall): Question<ModelAnswer> => ({
  reader: { usageOf: ({ usage }) => usage, isLast: () => true },
  limitsOf: (totalMs) => ({ totalMs }),
  async *ask(provider, model, signal) {
    yield await provider.complete(request, { model, signal });
  },
  isHandedOut: () => true,
});

const streaming = ({ request }: ModelCall, policy: ProviderPolicy): Question<ProviderEvent> => ({
  reader: {
    usageOf: (event) => (event.kind === "usage" ? event.usage : undefined),
    isLast: ({ kind }) => kind === "end",
  },
  limitsOf: (attemptMs) => ({
    firstMs: Math.min(policy.firstTokenMs, attemptMs),
    betweenMs: policy.betweenChunksMs,
    totalMs: policy.streamMs,
  }),
  ask: (provider, model, signal) =>
    boundOutput(provider.stream(request, { model, signal }), policy.maxOutputCharacters),
  isHandedOut: ({ kind }) => kind !== "progress",
});

/** The last attempt of a chain that delivered is the one that served. */
function toServed(attempts: readonly AttemptRecord[]): Served {
  const { provider = "", model = "" } = attempts.at(-1) ?? {};
  return { served: { provider, model }, attempts };
}

export function createModelRunner(options: ModelRunnerOptions): ModelRunner {
  const policy = options.policy ?? PROVIDER_POLICY;
  const clock = options.clock ?? systemClock;
  const scheduler = options.scheduler ?? systemScheduler;
  const dependencies = {
    providers: options.providers,
    breakers: options.breakers ?? createBreakers({ clock, limits: policy.breaker }),
    policy,
    clock,
    scheduler,
    wait: options.wait ?? createWait(scheduler),
    random: options.random ?? Math.random,
    onAttempt: options.onAttempt ?? ((): void => {}),
  };

  return {
    async complete(call) {
      const { items, attempts } = runChain(call, completion(call), dependencies);
      for await (const answer of items) return { ...answer, ...toServed(attempts) };
      throw new TypeError("A model call ended without an answer");
    },
    async *stream(call) {
      const { items, attempts } = runChain(call, streaming(call, policy), dependencies);
      for await (const event of items) {
        if (event.kind === "end") yield { ...event, ...toServed(attempts) };
        else if (event.kind !== "progress") yield event;
      }
    },
  };
}
