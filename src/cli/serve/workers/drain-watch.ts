import type { DrainReport } from "#server/drain.ts";

/** Waits until each of several workers has answered, and sums what they had to cut. */
export interface DrainWatch {
  /** Resolves when all of them have, or at its end. */
  begin(workerIds: readonly number[]): Promise<DrainReport>;
  /** Without a report there is nothing to sum: none was asked for, or the worker is gone. */
  note(workerId: number, report?: DrainReport): void;
  /** Waits no longer. */
  end(): void;
}

export function createDrainWatch(): DrainWatch {
  const waitsFor = new Set<number>();
  const { promise, resolve } = Promise.withResolvers<void>();
  let cutRequests = 0;
  let cutSockets = 0;
  return {
    async begin(workerIds) {
      for (const id of workerIds) waitsFor.add(id);
      if (waitsFor.size > 0) await promise;
      return { cutRequests, cutSockets };
    },
    note(workerId, report) {
      if (!waitsFor.delete(workerId)) return;
      cutRequests += report?.cutRequests ?? 0;
      cutSockets += report?.cutSockets ?? 0;
      if (waitsFor.size === 0) resolve();
    },
    end: resolve,
  };
}
