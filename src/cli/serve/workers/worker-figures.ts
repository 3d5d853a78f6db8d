import type { FromPrimary } from "#cli/serve/workers/messages.ts";
import { type ShadowCounts, sumShadowCounts, toEndedCounts } from "#delivery/shadow/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import { foldEnded, parseSnapshot } from "#platform/metrics-sum.ts";
import type { MetricsSnapshot } from "#platform/metrics.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** How long a worker may take to answer; then what it said last stands for it. */
const ANSWER_MS = 1_000;
/** How often it is asked although nobody wants to know: what it counted since dies with it. */
const EVERY_MS = 5_000;

export interface WorkerFiguresOptions {
  /** Asks every worker that listens; gives their ids. */
  readonly ask: (message: FromPrimary) => readonly number[];
  readonly scheduler: Scheduler;
  readonly logger: Pick<Logger, "warn" | "error">;
}

/** What workers count for themselves, added up. What one has counted stays when it is gone, so that no sum falls. */
export interface WorkerFigures {
  /** One for each worker, and one for all that have ended. */
  measure(): Promise<readonly MetricsSnapshot[]>;
  shadowCounts(): ShadowCounts;
  takeSnapshot(workerId: number, question: number, metrics: unknown): void;
  takeShadow(workerId: number, counts: ShadowCounts): void;
  forget(workerId: number): void;
  close(): void;
}

interface Question {
  readonly waitsFor: Set<number>;
  readonly answered: () => void;
}

export function createWorkerFigures({
  ask,
  scheduler,
  logger,
}: WorkerFiguresOptions): WorkerFigures {
  const snapshots = new Map<number, MetricsSnapshot>();
  const shadows = new Map<number, ShadowCounts>();
  const questions = new Map<number, Question>();
  let endedShadow = sumShadowCounts([]);
  let ended: Promise<MetricsSnapshot> = Promise.resolve([]);
  let lastQuestion = 0;
  let cancel: (() => void) | undefined;

  function noteAnswer(question: number, workerId: number): void {
    const waiting = questions.get(question);
    waiting?.waitsFor.delete(workerId);
    if (waiting?.waitsFor.size === 0) waiting.answered();
  }

  async function askAll(): Promise<void> {
    lastQuestion += 1;
    const question = lastQuestion;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waitsFor = new Set(ask({ kind: "measure", question }));
    if (waitsFor.size === 0) return;
    questions.set(question, { waitsFor, answered: resolve });
    const stop = scheduler.after(ANSWER_MS, () => {
      logger.warn({ workers: [...waitsFor] }, "Workers did not tell their metrics in time");
      resolve();
    });
    await promise;
    stop();
    questions.delete(question);
  }

  function schedule(): void {
    cancel = scheduler.after(EVERY_MS, () => void askAll().then(schedule));
  }
  schedule();

  return {
    async measure() {
      await askAll();
      const gone = await ended;
      return [...snapshots.values(), gone];
    },
    shadowCounts: () => sumShadowCounts([...shadows.values(), endedShadow]),
    takeSnapshot(workerId, question, metrics) {
      try {
        snapshots.set(workerId, parseSnapshot(metrics));
      } catch (error) {
        logger.error({ worker: workerId, error: toMessage(error) }, "A worker's metrics are none");
      }
      noteAnswer(question, workerId);
    },
    takeShadow: (workerId, counts) => void shadows.set(workerId, counts),
    forget(workerId) {
      const shadow = shadows.get(workerId);
      if (shadow !== undefined) endedShadow = sumShadowCounts([endedShadow, toEndedCounts(shadow)]);
      shadows.delete(workerId);
      const last = snapshots.get(workerId);
      if (last !== undefined) ended = ended.then(async (before) => foldEnded([before, last]));
      snapshots.delete(workerId);
      for (const question of questions.keys()) noteAnswer(question, workerId);
    },
    close: () => cancel?.(),
  };
}
