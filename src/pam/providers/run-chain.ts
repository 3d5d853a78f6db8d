import {
  attemptMs,
  decideAfterFailure,
  type Failure,
  type ProviderPolicy,
} from "#pam/retry-policy.ts";
import type { PhaseLimits } from "#platform/resilience/phases.ts";
import { retrySequence, type NextStep } from "#platform/resilience/retry.ts";
import type { Wait } from "#platform/resilience/scheduler.ts";

import { ModelCallError, type AttemptRecord, type ModelCall } from "./model-call.ts";
import { ProviderError } from "./provider-error.ts";
import type { ModelProvider } from "./provider.ts";
import {
  failureOf,
  runAttempt,
  type AnswerReader,
  type AttemptDependencies,
} from "./run-attempt.ts";

export interface ChainDependencies extends AttemptDependencies {
  readonly providers: ReadonlyMap<string, ModelProvider>;
  readonly policy: ProviderPolicy;
  readonly wait: Wait;
  readonly random: () => number;
  readonly onAttempt: (record: AttemptRecord) => void;
}

/** How a provider is asked, and what comes of it. */
export interface Question<T> {
  readonly reader: AnswerReader<T>;
  limitsOf(attemptMs: number): PhaseLimits;
  ask(provider: ModelProvider, model: string, signal: AbortSignal): AsyncIterable<T>;
  /** Items that only show life are not handed out, and so do not rule out another attempt. */
  isHandedOut(item: T): boolean;
}

/** Where one model call stands. */
class Course {
  readonly attempts: AttemptRecord[] = [];
  readonly #call: ModelCall;
  readonly #dependencies: ChainDependencies;

  constructor(call: ModelCall, dependencies: ChainDependencies) {
    this.#call = call;
    this.#dependencies = dependencies;
  }

  record(attempt: AttemptRecord): void {
    this.attempts.push(attempt);
    this.#dependencies.onAttempt(attempt);
  }

  /** Of one provider, or of all: a target that was passed over was not asked. */
  attemptsAt(provider?: string): number {
    const asked = this.attempts.filter(({ outcome }) => outcome !== "breaker-open");
    return provider === undefined
      ? asked.length
      : asked.filter((attempt) => attempt.provider === provider).length;
  }

  /** A cancelled call ends with the signal's reason, and a defect as it is. */
  failureOf(error: unknown): Failure | undefined {
    return this.#call.signal.aborted ? undefined : failureOf(error);
  }

  toCallError(error: unknown, isPartial: boolean): unknown {
    const failure = this.failureOf(error);
    if (failure === undefined) return error;
    return new ModelCallError(failure, { attempts: this.attempts, isPartial }, { cause: error });
  }

  next(error: unknown, index: number): NextStep<number> {
    const failure = this.failureOf(error);
    if (failure === undefined) return { kind: "give-up", error };
    const { chain, budget } = this.#call;
    const { policy, random } = this.#dependencies;
    const fallback = chain.findIndex(
      ({ provider }, position) =>
        position > index && this.attemptsAt(provider) < policy.attemptsPerProvider,
    );
    const standing = {
      failure,
      attemptsAtProvider: this.attemptsAt(chain[index]?.provider),
      attemptsOfCall: this.attemptsAt(),
      attemptsLeftInTurn: budget.attemptsLeft,
      msLeft: budget.msLeft,
      hasFallback: fallback !== -1,
    };
    const decision = decideAfterFailure(standing, random, policy);
    switch (decision.kind) {
      case "retry":
        return { kind: "again", plan: index, delayMs: decision.delayMs };
      case "fall-back":
        return { kind: "again", plan: fallback, delayMs: 0 };
      case "give-up":
        return { kind: "give-up", error: this.toCallError(error, false) };
      default:
        return decision satisfies never;
    }
  }
}

export interface Chain<T> {
  /** Grows as attempts end. */
  readonly attempts: readonly AttemptRecord[];
  readonly items: AsyncIterable<T>;
}

/** Asks the targets of a call by the policy until one delivers; its items are handed out, and no other's. */
export function runChain<T>(
  call: ModelCall,
  question: Question<T>,
  dependencies: ChainDependencies,
): Chain<T> {
  const { chain, budget, signal } = call;
  const { providers, policy, wait } = dependencies;
  const course = new Course(call, dependencies);

  async function* attempt(index: number): AsyncGenerator<T, void, void> {
    const target = chain[index];
    const provider = providers.get(target?.provider ?? "");
    if (target === undefined || provider === undefined) {
      throw new TypeError(`There is no provider for target ${index} of the chain`);
    }
    if (budget.attemptsLeft <= 0 || budget.msLeft < policy.minAttemptMs) {
      throw new ProviderError({ kind: "budget-spent" }, "The turn has no attempt or no time left");
    }
    const items = runAttempt(
      {
        target,
        signal,
        limits: question.limitsOf(attemptMs(course.attemptsAt(), budget.msLeft, policy)),
        reader: question.reader,
        open: (inner) => {
          budget.spendAttempt();
          return question.ask(provider, target.model, inner);
        },
        record: (record) => {
          course.record(record);
        },
      },
      dependencies,
    );
    for await (const item of items) {
      if (question.isHandedOut(item)) yield item;
    }
  }

  const items = retrySequence({
    first: 0,
    attempt,
    next: (error, index) => course.next(error, index),
    broken: (error) => course.toCallError(error, true),
    wait,
    signal,
  });
  return { attempts: course.attempts, items };
}
