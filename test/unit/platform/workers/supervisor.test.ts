import { expect, test } from "vitest";

import { silentLogger } from "#platform/logger.ts";
import { createSupervisor } from "#platform/workers/supervisor.ts";
import type { WorkerEvents } from "#platform/workers/worker-process.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

function setUp(count: number) {
  const time = createManualTime();
  const started: WorkerEvents[] = [];
  const told: string[] = [];
  const errors: unknown[] = [];
  const supervisor = createSupervisor({
    count,
    startWorker(events) {
      const id = started.push(events);
      return { id, pid: undefined, send: () => {}, kill: () => events.ended("signal SIGKILL") };
    },
    onMessage: ({ id }, message) => void told.push(`${id}: ${String(message)}`),
    onEnded: ({ id }) => void told.push(`${id} ended`),
    clock: time.clock,
    scheduler: time.scheduler,
    logger: { ...silentLogger, error: (...line) => void errors.push(line) },
  });
  return { supervisor, started, told, errors, time };
}

test("so many are started as are wanted, and each counts as listening when it says so", () => {
  const { supervisor, started } = setUp(3);
  supervisor.start();
  expect(started.length).toBe(3);
  expect(supervisor.listening).toBe(0);
  supervisor.noteListening(1);
  supervisor.noteListening(2);
  expect(supervisor.listening).toBe(2);
});

test("one that ends is replaced after a pause, and what it says comes with its number", () => {
  const { supervisor, started, told, time } = setUp(2);
  supervisor.start();
  supervisor.noteListening(1);
  started[1]?.message("hello");
  started[0]?.ended("status 1");
  expect(told).toEqual(["2: hello", "1 ended"]);
  expect(started.length).toBe(2);
  time.advance(100);
  expect(started.length).toBe(3);
  expect(supervisor.workers().map(({ id }) => id)).toEqual([2, 3]);
});

test("one that hangs is killed once, said to hang, and replaced like any that ends", () => {
  const { supervisor, started, told, errors, time } = setUp(2);
  supervisor.start();
  for (const id of [1, 2]) supervisor.noteListening(id);
  for (const events of started) events.message("hello");
  for (let second = 1; second <= 14; second += 1) {
    time.advance(1_000);
    started[0]?.message("alive");
    started[2]?.message("alive");
  }
  expect(told.filter((text) => text.endsWith("ended"))).toEqual(["2 ended"]);
  expect(started.length).toBe(3);
  expect(errors).toMatchObject([
    [{ worker: 2, silentMs: 12_000, isListening: true }, expect.stringContaining("hangs")],
    [{ worker: 2, how: "signal SIGKILL", replacedAfterMs: 100 }, "A worker ended"],
  ]);
});

test("one that hangs before its first word is killed after a minute, as a start that failed", async () => {
  const { supervisor, started, time } = setUp(1);
  supervisor.start();
  time.advance(59_000);
  expect(started.length).toBe(1);
  time.advance(2_000);
  expect(started.length).toBe(2);
  time.advance(5 * 70_000);
  expect(started.length).toBe(5);
  expect(await supervisor.gaveUp).toContain("start after start has failed");
});

test("once stopped nobody is killed for being silent: how long to wait is the drain's to say", () => {
  const { supervisor, started, told, time } = setUp(1);
  supervisor.start();
  started[0]?.message("hello");
  supervisor.stop();
  time.advance(3_600_000);
  expect(told).toEqual(["1: hello"]);
});

test("start after start that fails is given up, with how the last one ended", async () => {
  const { supervisor, started, time } = setUp(1);
  supervisor.start();
  for (let start = 1; start <= 5; start += 1) {
    started.at(-1)?.ended("status 2");
    time.advance(10_000);
  }
  expect(started.length).toBe(5);
  expect(await supervisor.gaveUp).toContain("status 2");
});

test("starts that fail are counted from zero again when one listens", () => {
  const { supervisor, started, time } = setUp(1);
  supervisor.start();
  for (let start = 1; start <= 12; start += 1) {
    if (start % 4 === 0) supervisor.noteListening(started.length);
    started.at(-1)?.ended("status 2");
    time.advance(10_000);
  }
  expect(started.length).toBe(13);
});

test("once stopped nobody is replaced, and the end of the last one is told", async () => {
  const { supervisor, started, time } = setUp(2);
  supervisor.start();
  started[0]?.ended("status 1");
  supervisor.stop();
  const ended = supervisor.allEnded();
  started[1]?.ended("status 0");
  await ended;
  time.advance(60_000);
  expect(started.length).toBe(2);
  expect(time.pendingTimers).toBe(0);
});
