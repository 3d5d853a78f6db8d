import type { ClientScheduler } from "./ports.ts";

/** One signal for what the caller wants and for the time there is. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The time ran out before the caller's own signal did. */
  readonly hasExpired: () => boolean;
  /** Lets timer and listener go. */
  readonly end: () => void;
}

export interface DeadlineOptions {
  readonly scheduler: ClientScheduler;
  readonly limitMs: number;
  /** The caller's own. */
  readonly signal: AbortSignal | undefined;
}

export function startDeadline({ scheduler, limitMs, signal }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  let hasExpired = false;
  const abort = (): void => {
    controller.abort(signal?.reason);
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const cancel = scheduler.after(limitMs, () => {
    hasExpired = !controller.signal.aborted;
    controller.abort();
  });
  return {
    signal: controller.signal,
    hasExpired: () => hasExpired,
    end() {
      cancel();
      signal?.removeEventListener("abort", abort);
    },
  };
}
