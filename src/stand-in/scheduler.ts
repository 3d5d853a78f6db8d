/** Timers as a dependency, so that tests need not wait. */
export interface Scheduler {
  /** Runs once after `delayMs`, unless the function that comes back was called before. */
  after(delayMs: number, run: () => void): () => void;
}

/** The process's own timers; they do not keep it alive. */
export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Runs first after `firstMs`, then every `everyMs`, until the function that comes back is called. */
export function repeat(
  scheduler: Scheduler,
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
  run: () => void,
): () => void {
  let cancel = scheduler.after(firstMs, function tick() {
    cancel = scheduler.after(everyMs, tick);
    run();
  });
  return () => {
    cancel();
  };
}
