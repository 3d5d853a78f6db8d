import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { decideAfterDeath, NO_DEATHS } from "#platform/workers/after-death.ts";
import { createSilenceWatch } from "#platform/workers/silence-watch.ts";
import type { StartWorker, WorkerProcess } from "#platform/workers/worker-process.ts";

export interface SupervisorOptions {
  /** How many are to run. */
  readonly count: number;
  readonly startWorker: StartWorker;
  readonly onMessage: (worker: WorkerProcess, message: unknown) => void;
  readonly onEnded: (worker: WorkerProcess) => void;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly scheduler: Scheduler;
  readonly logger: Pick<Logger, "error" | "info">;
}

/** Keeps so many workers running, and ends those that hang. A worker has to say something every `LIFE_SIGN_EVERY_MS`. */
export interface Supervisor {
  start(): void;
  /** To be told when a worker listens: nobody else knows. */
  noteListening(workerId: number): void;
  readonly listening: number;
  /** Those that run, listening or not. */
  workers(): readonly WorkerProcess[];
  /** Resolves with the reason when start after start has failed and nobody listens. */
  readonly gaveUp: Promise<string>;
  /** Ends of workers are in order from now on: nobody is replaced, and nobody ended for being silent. */
  stop(): void;
  /** Resolves when none runs. */
  allEnded(): Promise<void>;
}

interface Running {
  readonly process: WorkerProcess;
  listensSinceMs: number | undefined;
}

export function createSupervisor({
  count,
  startWorker,
  onMessage,
  onEnded,
  clock,
  scheduler,
  logger,
}: SupervisorOptions): Supervisor {
  const running = new Map<number, Running>();
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<string>();
  const cancels = new Set<() => void>();
  const waiting: (() => void)[] = [];
  let deaths = NO_DEATHS;
  let isStopped = false;
  const silence = createSilenceWatch({ onHung: endHung, scheduler });

  const listening = (): number =>
    [...running.values()].filter(({ listensSinceMs }) => listensSinceMs !== undefined).length;

  function startOne(): void {
    const process = startWorker({
      message(message) {
        silence.noteHeard(process.id);
        onMessage(process, message);
      },
      ended: (how) => noteEnd(process, how),
    });
    running.set(process.id, { process, listensSinceMs: undefined });
    silence.noteStarted(process.id);
  }

  function endHung(workerId: number, silentMs: number): void {
    const found = running.get(workerId);
    if (found === undefined) return;
    const { process, listensSinceMs } = found;
    const isListening = listensSinceMs !== undefined;
    const facts = { worker: workerId, pid: process.pid, silentMs, isListening };
    logger.error(facts, "A worker hangs: it is silent, and is killed");
    // A loop that does not turn hears no signal that it could handle.
    process.kill();
  }

  function noteEnd(process: WorkerProcess, how: string): void {
    const since = running.get(process.id)?.listensSinceMs;
    running.delete(process.id);
    silence.forget(process.id);
    onEnded(process);
    if (running.size === 0) for (const tell of waiting.splice(0)) tell();
    if (isStopped) return;
    const listenedMs = since === undefined ? undefined : clock.monotonicMs() - since;
    const decided = decideAfterDeath(deaths, { listenedMs, stillListening: listening() });
    const facts = { worker: process.id, how, listening: listening() };
    if (decided.kind === "give-up") {
      logger.error(facts, "A worker ended, and none can be started");
      giveUp(`start after start has failed, the last one with ${how}`);
      return;
    }
    deaths = decided.count;
    logger.error({ ...facts, replacedAfterMs: decided.afterMs }, "A worker ended");
    const cancel = scheduler.after(decided.afterMs, () => {
      cancels.delete(cancel);
      startOne();
    });
    cancels.add(cancel);
  }

  return {
    start() {
      silence.begin();
      for (let started = 0; started < count; started += 1) startOne();
    },
    noteListening(workerId) {
      const found = running.get(workerId);
      if (found === undefined) return;
      found.listensSinceMs = clock.monotonicMs();
      deaths = { ...deaths, failedStarts: 0 };
      const { pid } = found.process;
      logger.info({ worker: workerId, pid, listening: listening(), of: count }, "A worker listens");
    },
    get listening() {
      return listening();
    },
    workers: () => [...running.values()].map(({ process }) => process),
    gaveUp,
    stop() {
      isStopped = true;
      silence.end();
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
    async allEnded() {
      if (running.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    },
  };
}
