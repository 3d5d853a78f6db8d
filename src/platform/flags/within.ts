import { setTimeout as delay } from "node:timers/promises";

/** Resolves when `task` does, or after `deadlineMs`. */
export async function within(task: Promise<void>, deadlineMs: number): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([task, delay(deadlineMs, undefined, { signal: done.signal })]);
  } finally {
    done.abort();
  }
}
