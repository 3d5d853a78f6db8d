import type { Scheduler } from "#platform/resilience/scheduler.ts";

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
