import type { Clock } from "#platform/clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  let passedMs = 0;
  return {
    now: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    advance(ms) {
      passedMs += ms;
    },
  };
}
