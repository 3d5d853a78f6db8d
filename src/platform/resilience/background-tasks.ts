import type { Closeable } from "#platform/lifecycle.ts";

/** Work that nobody waits for: in order for each key, the keys beside one another. */
export interface BackgroundTasks extends Closeable {
  /** False where too many wait already; the task is then not run. */
  add(key: string, task: () => Promise<void>): boolean;
  /** Resolves when what was added for the key is done. */
  settled(key: string): Promise<void>;
}

export function createBackgroundTasks(
  maxWaiting: number,
  onError: (error: unknown) => void,
): BackgroundTasks {
  const last = new Map<string, Promise<void>>();
  let waiting = 0;

  async function run(before: Promise<void> | undefined, task: () => Promise<void>): Promise<void> {
    await before;
    try {
      await task();
    } catch (error) {
      onError(error);
    } finally {
      waiting -= 1;
    }
  }

  return {
    add(key, task) {
      if (waiting >= maxWaiting) return false;
      waiting += 1;
      const done = run(last.get(key), task).finally(() => {
        if (last.get(key) === done) last.delete(key);
      });
      last.set(key, done);
      return true;
    },
    settled: async (key) => last.get(key),
    async close() {
      await Promise.all(last.values());
    },
  };
}
