import { expect, test } from "vitest";

import { createSilenceWatch } from "#platform/workers/silence-watch.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

/** Workers that were started, and have said their first word. */
function setUp(workerIds: readonly number[]) {
  const time = createManualTime();
  const hung: number[] = [];
  const watch = createSilenceWatch({
    onHung: (workerId) => void hung.push(workerId),
    scheduler: time.scheduler,
  });
  watch.begin();
  for (const id of workerIds) {
    watch.noteStarted(id);
    watch.noteHeard(id);
  }
  /** Seconds in which those that are named say something each. */
  const pass = (seconds: number, speaking: readonly number[]): void => {
    for (let second = 1; second <= seconds; second += 1) {
      time.advance(1_000);
      for (const id of speaking) watch.noteHeard(id);
    }
  };
  return { watch, hung, time, pass };
}

test("who is silent for twelve seconds is told once, and the others are not", () => {
  const { hung, pass } = setUp([1, 2]);
  pass(11, [1]);
  expect(hung).toEqual([]);
  pass(100, [1]);
  expect(hung).toEqual([2]);
});

test("one word is enough to be let alone for as long again", () => {
  const { hung, pass } = setUp([1]);
  pass(10, []);
  pass(1, [1]);
  pass(11, []);
  expect(hung).toEqual([]);
  pass(1, []);
  expect(hung).toEqual([1]);
});

test("a primary that was stopped for an hour, however often, holds it against nobody who speaks", () => {
  const { watch, hung, time } = setUp([1, 2]);
  for (let times = 0; times < 20; times += 1) {
    time.clock.advance(3_600_000);
    // The look that is overdue comes first, and what was said meanwhile is read behind it.
    time.advance(0);
    for (const id of [1, 2]) watch.noteHeard(id);
  }
  expect(hung).toEqual([]);
});

test("who hangs is found out by a primary that is itself stopped now and then, too", () => {
  const { watch, hung, time } = setUp([1, 2]);
  for (let times = 0; times < 12; times += 1) {
    time.clock.advance(60_000);
    time.advance(0);
    watch.noteHeard(1);
  }
  expect(hung).toEqual([2]);
});

test("who has ended is not looked for, and nobody is at the end", () => {
  const { watch, hung, time } = setUp([1, 2]);
  watch.forget(1);
  watch.noteHeard(1);
  time.advance(11_000);
  watch.end();
  time.advance(3_600_000);
  expect(hung).toEqual([]);
  expect(time.pendingTimers).toBe(0);
});
