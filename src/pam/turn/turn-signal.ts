import type { Scheduler } from "#platform/resilience/scheduler.ts";

import type { StopKind } from "../turn-event.ts";

/** The one signal of a turn: model, tools and store hang on it, whatever stops the turn. */
export interface TurnSignal {
  readonly signal: AbortSignal;
  /** What stopped it, as long as anything did. */
  readonly stoppedBy: StopKind | undefined;
  /** Stops the turn as soon as another signal aborts. */
  follow(other: AbortSignal, kind: StopKind): void;
  /** The turn is over: nothing stops it any more. */
  release(): void;
}

export interface TurnSignalOptions {
  readonly scheduler: Scheduler;
  readonly deadlineMs: number;
}

/** Begins to count at once. */
export function createTurnSignal({ scheduler, deadlineMs }: TurnSignalOptions): TurnSignal {
  const controller = new AbortController();
  const following = new AbortController();
  let stoppedBy: StopKind | undefined;

  function stop(kind: StopKind): void {
    stoppedBy ??= kind;
    controller.abort(new Error(`The turn was stopped: ${stoppedBy}`));
  }

  const cancelDeadline = scheduler.after(deadlineMs, () => {
    stop("deadline");
  });

  return {
    signal: controller.signal,
    get stoppedBy() {
      return stoppedBy;
    },
    follow(other, kind) {
      if (other.aborted) {
        stop(kind);
        return;
      }
      const options = { once: true, signal: following.signal };
      other.addEventListener("abort", () => stop(kind), options);
    },
    release() {
      cancelDeadline();
      following.abort();
    },
  };
}
