import type { ShadowCounters } from "#delivery/shadow/counters.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** One request or conversation that waits for its native side. */
export interface ShadowJob {
  readonly deadlineMs: number;
  /** Resolves when nothing of it runs any more; what comes after `signal` has aborted counts for nothing. */
  run(signal: AbortSignal): Promise<void>;
  /** Its time is up. */
  timedOut(): void;
  /** Once, when nothing of it is needed any more, whether it ran or not. */
  dispose(): void;
}

export interface RunQueue extends Closeable {
  readonly queued: number;
  readonly running: number;
  readonly hung: number;
  /** Returns at once; nothing of the job runs before the caller's turn is over. */
  offer(job: ShadowJob): void;
}

export interface RunQueueOptions {
  readonly limits: Pick<ShadowLimits, "maxQueued" | "maxConcurrent" | "maxHung">;
  readonly counters: ShadowCounters;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/**
 * Runs a few jobs at a time and lets a bounded number wait. A job that overstays its deadline loses its place to the
 * next, but is still counted: code that never comes back cannot be stopped, only be kept from piling up.
 */
export function createRunQueue({ limits, counters, scheduler, logger }: RunQueueOptions): RunQueue {
  const waiting: ShadowJob[] = [];
  const cancels = new Set<() => void>();
  let [running, hung] = [0, 0];
  let isClosed = false;
  let cancelPump: (() => void) | undefined;

  async function runOne(job: ShadowJob): Promise<void> {
    const controller = new AbortController();
    running += 1;
    let isHung = false;
    const cancelDeadline = scheduler.after(job.deadlineMs, () => {
      isHung = true;
      running -= 1;
      hung += 1;
      controller.abort(new Error("The shadow's deadline has passed"));
      job.timedOut();
      pump();
    });
    const cancel = (): void => {
      cancelDeadline();
      controller.abort(new Error("The shadow is closing"));
    };
    cancels.add(cancel);
    try {
      await job.run(controller.signal);
    } catch (error) {
      counters.count("defects");
      logger.error({ error: toMessage(error) }, "A shadow failed");
    }
    cancelDeadline();
    cancels.delete(cancel);
    if (isHung) hung -= 1;
    else running -= 1;
    job.dispose();
    schedulePump();
  }

  function pump(): void {
    cancelPump = undefined;
    while (running < limits.maxConcurrent && hung < limits.maxHung) {
      const job = waiting.shift();
      if (job === undefined) return;
      void runOne(job);
    }
  }

  /** The event loop serves what clients wait for in between. */
  function schedulePump(): void {
    if (waiting.length > 0 && !isClosed) cancelPump ??= scheduler.after(0, pump);
  }

  function refusal(): "closing" | "hung" | "queue-full" | undefined {
    if (isClosed) return "closing";
    if (hung >= limits.maxHung) return "hung";
    return waiting.length >= limits.maxQueued ? "queue-full" : undefined;
  }

  return {
    get queued() {
      return waiting.length;
    },
    get running() {
      return running;
    },
    get hung() {
      return hung;
    },
    offer(job) {
      const reason = refusal();
      if (reason !== undefined) {
        counters.drop(reason);
        job.dispose();
        return;
      }
      waiting.push(job);
      schedulePump();
    },
    async close() {
      isClosed = true;
      cancelPump?.();
      for (const job of waiting.splice(0)) {
        counters.drop("closing");
        job.dispose();
      }
      for (const cancel of cancels) cancel();
    },
  };
}
