import { untilAborted } from "#platform/resilience/until-aborted.ts";

import type { Scheduler } from "./scheduler.ts";

/** Bounds on a sequence that comes in over time, in milliseconds; a phase without a bound is not timed. */
export interface PhaseLimits {
  /** Until the first item. */
  readonly firstMs?: number;
  /** From one item to the next, counted only while somebody waits for it. */
  readonly betweenMs?: number;
  /** From beginning to end, the consumer's own time included. */
  readonly totalMs: number;
}

export type Phase = "first" | "between" | "total";

export class PhaseTimeout extends Error {
  override readonly name = "PhaseTimeout";
  readonly phase: Phase;
  readonly limitMs: number;

  constructor(phase: Phase, limitMs: number) {
    super(`The ${phase} phase took longer than ${limitMs} ms`);
    this.phase = phase;
    this.limitMs = limitMs;
  }
}

export interface PhaseOptions {
  readonly limits: PhaseLimits;
  readonly scheduler: Scheduler;
  /** Ends everything from outside; its reason is what the consumer gets. */
  readonly signal: AbortSignal;
}

/**
 * Passes a source's items on within bounds of time. The source gets a signal that aborts when a bound is passed, the
 * caller's signal aborts, or the consumer stops; it need not listen, the consumer is released all the same. Throws a
 * `PhaseTimeout`, the caller's reason, or what the source throws.
 */
export async function* withPhases<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  { limits, scheduler, signal }: PhaseOptions,
): AsyncGenerator<T, void, void> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const inner = controller.signal;
  const abort = (): void => {
    controller.abort(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });
  const arm = (phase: Phase, limitMs: number | undefined): (() => void) =>
    limitMs === undefined
      ? () => {}
      : scheduler.after(limitMs, () => {
          controller.abort(new PhaseTimeout(phase, limitMs));
        });

  const take = async (
    iterator: AsyncIterator<T>,
    phase: "first" | "between",
  ): Promise<IteratorResult<T, unknown>> => {
    const disarm = arm(phase, phase === "first" ? limits.firstMs : limits.betweenMs);
    try {
      const step = await untilAborted(iterator.next(), inner);
      // A source may end quietly when it is aborted, as the SDKs' streams do: that is no end.
      inner.throwIfAborted();
      return step;
    } finally {
      disarm();
    }
  };

  const disarmTotal = arm("total", limits.totalMs);
  let iterator: AsyncIterator<T> | undefined;
  try {
    iterator = open(inner)[Symbol.asyncIterator]();
    let step = await take(iterator, "first");
    while (step.done !== true) {
      yield step.value;
      // oxlint-disable-next-line no-await-in-loop -- one item after the other
      step = await take(iterator, "between");
    }
  } finally {
    disarmTotal();
    signal.removeEventListener("abort", abort);
    controller.abort();
    // Not awaited: a source that ignores its signal may never come back.
    iterator?.return?.().catch(() => {});
  }
}
