import { FAILURE_RULES, type Failure } from "#pam/retry-policy.ts";
import type { Clock } from "#platform/clock.ts";
import { PhaseTimeout, withPhases, type PhaseLimits } from "#platform/resilience/phases.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

import type { Breakers, ModelTarget } from "./breakers.ts";
import type { AttemptRecord } from "./model-call.ts";
import { ProviderError } from "./provider-error.ts";
import type { Usage } from "./provider.ts";

/** What the policy can decide on; `undefined` for a defect. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ProviderError) return error.failure;
  return error instanceof PhaseTimeout ? { kind: "timeout" } : undefined;
}

/** How an answer is read, be it one item or a stream of them. */
export interface AnswerReader<T> {
  usageOf(item: T): Usage | undefined;
  /** True for the item with which the answer is whole. */
  isLast(item: T): boolean;
}

export interface AttemptOptions<T> {
  readonly target: ModelTarget;
  readonly limits: PhaseLimits;
  readonly signal: AbortSignal;
  readonly reader: AnswerReader<T>;
  readonly open: (signal: AbortSignal) => AsyncIterable<T>;
  /** Called once, when the attempt is over. */
  readonly record: (record: AttemptRecord) => void;
}

export interface AttemptDependencies {
  readonly breakers: Breakers;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly scheduler: Scheduler;
}

type Report = (outcome: AttemptRecord["outcome"], facts?: Partial<AttemptRecord>) => void;

/** Only the first report is recorded. */
function createReport<T>({ target, record }: AttemptOptions<T>, durationMs: () => number): Report {
  let isReported = false;
  return (outcome, facts = {}) => {
    if (isReported) return;
    isReported = true;
    const empty = { status: undefined, phase: undefined, usage: undefined };
    record({ ...target, ...empty, ...facts, outcome, durationMs: durationMs() });
  };
}

/**
 * Asks one target once, within time, and reports how it went to its breaker and to `record`. Throws what happened,
 * unchanged; a target whose breaker is open is not asked.
 */
export async function* runAttempt<T>(
  options: AttemptOptions<T>,
  { breakers, clock, scheduler }: AttemptDependencies,
): AsyncGenerator<T, void, void> {
  const { target, limits, signal, reader, open } = options;
  const startMs = clock.monotonicMs();
  const report = createReport(options, () => clock.monotonicMs() - startMs);

  const permit = breakers.of(target).acquire();
  if (permit === undefined) {
    report("breaker-open");
    throw new ProviderError({ kind: "breaker-open" }, `The breaker of ${target.provider} is open`);
  }
  let usage: Usage | undefined;
  let isWhole = false;
  try {
    for await (const item of withPhases(open, { limits, scheduler, signal })) {
      usage = reader.usageOf(item) ?? usage;
      isWhole = reader.isLast(item);
      if (isWhole) {
        permit.succeed();
        report("ok", { usage });
      }
      yield item;
    }
    if (!isWhole) throw new ProviderError({ kind: "malformed-answer" }, "The answer has no end");
  } catch (error) {
    const failure = failureOf(error);
    if (!signal.aborted && failure !== undefined) {
      permit.fail(FAILURE_RULES[failure.kind].breakerWeight);
      const phase = error instanceof PhaseTimeout ? error.phase : undefined;
      report(failure.kind, { status: failure.status, phase, usage });
    }
    if (!signal.aborted) report("defect");
    throw error;
  } finally {
    permit.release();
    report("cancelled");
  }
}
