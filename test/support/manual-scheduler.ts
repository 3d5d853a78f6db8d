import { createManualClock, type ManualClock } from "#support/manual-clock.ts";

/** Time that passes only when a test says so, with the timers that fall due meanwhile. */
export interface ManualTime {
  readonly clock: ManualClock;
  readonly scheduler: { after(delayMs: number, run: () => void): () => void };
  /** Runs what falls due on the way, each at its own time, the earliest first. */
  advance(ms: number): void;
  /** Moves to the earliest timer and runs it; false where there is none. */
  readonly advanceToNext: () => boolean;
  readonly pendingTimers: number;
}

export function createManualTime(startMs?: number): ManualTime {
  const clock = createManualClock(startMs);
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  const advance = (ms: number): void => {
    const endMs = clock.monotonicMs() + ms;
    for (;;) {
      const due = [...timers].filter(({ dueMs }) => dueMs <= endMs);
      const [next] = due.toSorted((left, right) => left.dueMs - right.dueMs);
      if (next === undefined) break;
      timers.delete(next);
      // Overdue where a test moved the clock alone, as a process is late that was stopped.
      clock.advance(Math.max(0, next.dueMs - clock.monotonicMs()));
      next.run();
    }
    clock.advance(endMs - clock.monotonicMs());
  };
  return {
    clock,
    scheduler: {
      after(delayMs, run) {
        const timer = { dueMs: clock.monotonicMs() + delayMs, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    advance,
    advanceToNext() {
      if (timers.size === 0) return false;
      advance(Math.min(...[...timers].map(({ dueMs }) => dueMs)) - clock.monotonicMs());
      return true;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}
