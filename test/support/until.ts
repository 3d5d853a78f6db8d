import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks again and again until the answer is there, for what another process does in its own time.
 * Rejects with the last answer after `deadlineMs`.
 */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Not within ${deadlineMs} ms: ${String(ask)}`);
    // oxlint-disable-next-line no-await-in-loop -- the pause between two questions
    await delay(20);
  }
}
