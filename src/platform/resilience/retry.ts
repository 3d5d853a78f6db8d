import type { Wait } from "./scheduler.ts";

/** What comes after a failure: another attempt, or what the consumer is told. */
export type NextStep<Plan> =
  | { readonly kind: "again"; readonly plan: Plan; readonly delayMs: number }
  | { readonly kind: "give-up"; readonly error: unknown };

export interface RetryOptions<Plan, T> {
  readonly first: Plan;
  readonly attempt: (plan: Plan) => AsyncIterable<T>;
  /** Decides; it is not asked once an item was handed out, when nothing can be taken back. */
  readonly next: (error: unknown, plan: Plan) => NextStep<Plan>;
  /** What the consumer is told of a failure after the first item. */
  readonly broken: (error: unknown) => unknown;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/**
 * Repeats a sequence until one attempt has begun to deliver; from its first item on there is no other attempt. What
 * is worth repeating, where and when, is for the caller to say.
 */
export async function* retrySequence<Plan, T>({
  first,
  attempt,
  next,
  broken,
  wait,
  signal,
}: RetryOptions<Plan, T>): AsyncGenerator<T, void, void> {
  let plan = first;
  for (;;) {
    let isHandedOut = false;
    let step: NextStep<Plan>;
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      for await (const item of attempt(plan)) {
        isHandedOut = true;
        yield item;
      }
      return;
    } catch (error) {
      if (isHandedOut) throw broken(error);
      step = next(error, plan);
    }
    if (step.kind === "give-up") throw step.error;
    ({ plan } = step);
    // oxlint-disable-next-line no-await-in-loop -- the pause between two attempts
    if (step.delayMs > 0) await wait(step.delayMs, signal);
  }
}
