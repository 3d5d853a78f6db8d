import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { findSilent, type LastHeard, LIFE_SIGN_EVERY_MS } from "#platform/workers/silence.ts";

export interface SilenceWatchOptions {
  /** Told once of each worker. `silentMs` leaves out what this process slept through. */
  readonly onHung: (workerId: number, silentMs: number) => void;
  readonly scheduler: Scheduler;
}

/** Finds workers whose event loop does not turn any more: whatever a worker says shows that it does. */
export interface SilenceWatch {
  begin(): void;
  noteStarted(workerId: number): void;
  noteHeard(workerId: number): void;
  forget(workerId: number): void;
  end(): void;
}

export function createSilenceWatch({ onHung, scheduler }: SilenceWatchOptions): SilenceWatch {
  const heard = new Map<number, LastHeard>();
  // No clock: a look is worth its interval, however late it comes. A primary that was stopped or blocked finds all that
  // was said meanwhile behind its first look, and that one look is held against nobody who is not silent besides.
  let listenedMs = 0;
  let cancel: (() => void) | undefined;

  const note = (workerId: number, hasSpoken: boolean): void =>
    void heard.set(workerId, { workerId, atMs: listenedMs, hasSpoken });

  function look(): void {
    listenedMs += LIFE_SIGN_EVERY_MS;
    schedule();
    for (const { workerId, silentMs } of findSilent(heard.values(), listenedMs)) {
      heard.delete(workerId);
      onHung(workerId, silentMs);
    }
  }

  // One look after the other, and not at an interval: between two of them whatever has arrived is read.
  function schedule(): void {
    cancel = scheduler.after(LIFE_SIGN_EVERY_MS, look);
  }

  return {
    begin: schedule,
    noteStarted: (workerId) => note(workerId, false),
    noteHeard(workerId) {
      if (heard.has(workerId)) note(workerId, true);
    },
    forget: (workerId) => void heard.delete(workerId),
    end: () => cancel?.(),
  };
}
