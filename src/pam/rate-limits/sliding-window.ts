import type { Clock } from "#platform/clock.ts";

export interface WindowUsage {
  readonly used: number;
  /** Until the oldest use no longer counts; 0 where none does. */
  readonly resetMs: number;
}

/** `usage` is as it stands after the attempt. What is refused does not count. */
export interface Attempt {
  readonly isAllowed: boolean;
  readonly usage: WindowUsage;
}

/** So many uses for each key in any window of time, counted exactly. */
export interface SlidingWindow {
  take(key: string): Attempt;
  usage(key: string): WindowUsage;
  /** Of keys with at least one use in their window. */
  activity(): { readonly keys: number; readonly uses: number };
}

export interface SlidingWindowOptions {
  readonly maxUses: number;
  readonly windowMs: number;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** Beyond this many, the key that was used longest ago starts anew: keys may be anybody's. */
const MAX_KEYS = 10_000;

export function createSlidingWindow({
  maxUses,
  windowMs,
  clock,
}: SlidingWindowOptions): SlidingWindow {
  /** When each key was used within its window; the keys in the order of their last use, the oldest first. */
  const uses = new Map<string, readonly number[]>();

  const recent = (key: string): readonly number[] => {
    const nowMs = clock.monotonicMs();
    return (uses.get(key) ?? []).filter((atMs) => nowMs - atMs < windowMs);
  };

  function toUsage(times: readonly number[]): WindowUsage {
    const [oldest] = times;
    const resetMs = oldest === undefined ? 0 : oldest + windowMs - clock.monotonicMs();
    return { used: times.length, resetMs };
  }

  function forgetIdle(): void {
    const nowMs = clock.monotonicMs();
    for (const [key, times] of uses) {
      if (nowMs - (times.at(-1) ?? 0) < windowMs && uses.size <= MAX_KEYS) return;
      uses.delete(key);
    }
  }

  return {
    take(key) {
      const times = recent(key);
      if (times.length >= maxUses) return { isAllowed: false, usage: toUsage(times) };
      const taken = [...times, clock.monotonicMs()];
      uses.delete(key);
      uses.set(key, taken);
      forgetIdle();
      return { isAllowed: true, usage: toUsage(taken) };
    },
    usage: (key) => toUsage(recent(key)),
    activity() {
      forgetIdle();
      const counts = [...uses.keys()].map((key) => recent(key).length);
      return { keys: counts.length, uses: counts.reduce((sum, count) => sum + count, 0) };
    },
  };
}
