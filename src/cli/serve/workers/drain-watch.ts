import type { DrainReport } from "#server/drain.ts";

/** Waits until each worker has said what it had to cut. */
export interface DrainWatch {
  /** Resolves when all of them have, or `until` does. */
  begin(workerIds: readonly number[], until: Promise<void>): Promise<DrainReport>;
  /** Without a report: the worker is gone, and nobody knows. */
  note(workerId: number, report?: DrainReport): void;
}

export function createDrainWatch(): DrainWatch {
  const waitsFor = new Set<number>();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let cutRequests = 0;
  let cutSockets = 0;
  return {
    async begin(workerIds, until) {
      for (const id of workerIds) waitsFor.add(id);
      if (waitsFor.size > 0) await Promise.race([all, until]);
      return { cutRequests, cutSockets };
    },
    note(workerId, report) {
      if (!waitsFor.delete(workerId)) return;
      cutRequests += report?.cutRequests ?? 0;
      cutSockets += report?.cutSockets ?? 0;
      if (waitsFor.size === 0) resolve();
    },
  };
}
