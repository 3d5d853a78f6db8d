/** Timers as a dependency, so that tests decide when they fire. */
export interface Scheduler {
  /** Runs once after `delayMs`, unless the function that comes back was called before. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export type Wait = (delayMs: number, signal: AbortSignal) => Promise<void>;

export function createWait(scheduler: Scheduler): Wait {
  return async (delayMs, signal) => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = scheduler.after(delayMs, resolve);
    const abort = (): void => {
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", abort);
    }
  };
}
