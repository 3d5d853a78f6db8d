import { expect, test } from "vitest";

import { createShadowCounters } from "#delivery/shadow/counters.ts";
import { createRunQueue, type RunQueue, type ShadowJob } from "#delivery/shadow/run-queue.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const DEADLINE_MS = 1_000;

function createFixture(
  limits: { maxQueued?: number; maxConcurrent?: number; maxHung?: number } = {},
) {
  const time = createManualTime();
  const counters = createShadowCounters();
  const queue = createRunQueue({
    limits: { maxQueued: 3, maxConcurrent: 2, maxHung: 2, ...limits },
    counters,
    scheduler: time.scheduler,
    logger: silentLogger,
  });
  return { time, queue, counters, drops: () => counters.snapshot().drops };
}

/** A job that ends when it is told to. */
function createJob() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const seen: string[] = [];
  const job: ShadowJob = {
    deadlineMs: DEADLINE_MS,
    async run(signal) {
      seen.push("run");
      signal.addEventListener("abort", () => seen.push("aborted"));
      return promise;
    },
    timedOut: () => seen.push("timed out"),
    dispose: () => seen.push("disposed"),
  };
  return { job, seen, finish: resolve, fail: reject };
}

const state = ({ queued, running, hung }: RunQueue): readonly number[] => [queued, running, hung];
const settle = async (): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop -- one turn of the microtask queue after the other
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

test("nothing of a job runs before its caller's turn is over", () => {
  const { queue, time } = createFixture();
  const { job, seen } = createJob();
  queue.offer(job);
  expect(seen).toEqual([]);
  time.advance(0);
  expect(seen).toEqual(["run"]);
});

test("a few run at a time, a few wait, and what is beyond is dropped", async () => {
  const { queue, time, drops } = createFixture();
  const jobs = Array.from({ length: 5 }, createJob);
  for (const { job } of jobs.slice(0, 2)) queue.offer(job);
  time.advance(0);
  for (const { job } of jobs.slice(2)) queue.offer(job);
  time.advance(0);
  expect(state(queue)).toEqual([3, 2, 0]);
  const late = createJob();
  queue.offer(late.job);
  expect(late.seen).toEqual(["disposed"]);
  expect(drops()["queue-full"]).toBe(1);

  for (const { finish } of jobs) finish();
  for (let turn = 0; turn < 3; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each round lets the next jobs in
    await settle();
    time.advance(0);
  }
  expect(state(queue)).toEqual([0, 0, 0]);
  for (const { seen } of jobs) expect(seen).toEqual(["run", "disposed"]);
});

test("a job past its deadline makes room, and is held to be hung until it comes back", async () => {
  const { queue, time } = createFixture({ maxConcurrent: 1 });
  const [slow, next] = [createJob(), createJob()];
  queue.offer(slow.job);
  queue.offer(next.job);
  time.advance(0);
  time.advance(DEADLINE_MS);
  expect(slow.seen).toEqual(["run", "aborted", "timed out"]);
  expect(next.seen).toEqual(["run"]);
  expect(state(queue)).toEqual([0, 1, 1]);
  slow.finish();
  await settle();
  expect(slow.seen.at(-1)).toBe("disposed");
  expect(state(queue)).toEqual([0, 1, 0]);
});

test("jobs that never come back do not pile up: with a few of them, no more are started", () => {
  const { queue, time, drops } = createFixture();
  const jobs = Array.from({ length: 100 }, createJob);
  for (const { job } of jobs) {
    queue.offer(job);
    time.advance(DEADLINE_MS);
  }
  const started = jobs.filter(({ seen }) => seen.includes("run"));
  expect(started.length).toBeLessThanOrEqual(4);
  expect(queue.hung).toBeLessThanOrEqual(4);
  expect(queue.queued).toBeLessThanOrEqual(3);
  expect(drops().hung).toBeGreaterThan(90);
});

test("after the hung ones have come back, work goes on", async () => {
  const { queue, time } = createFixture({ maxConcurrent: 1, maxHung: 1 });
  const [slow, next] = [createJob(), createJob()];
  queue.offer(slow.job);
  queue.offer(next.job);
  time.advance(0);
  time.advance(DEADLINE_MS);
  expect(next.seen).toEqual([]);
  slow.finish();
  await settle();
  time.advance(0);
  expect(next.seen).toEqual(["run"]);
});

test("a job that fails is a defect, and the next one runs", async () => {
  const { queue, time, counters } = createFixture({ maxConcurrent: 1 });
  const [bad, next] = [createJob(), createJob()];
  queue.offer(bad.job);
  queue.offer(next.job);
  bad.fail(new Error("a bug"));
  time.advance(0);
  await settle();
  time.advance(0);
  expect(counters.snapshot().defects).toBe(1);
  expect(next.seen).toEqual(["run"]);
});

test("closing drops what waits, aborts what runs and takes nothing more", async () => {
  const { queue, time, drops } = createFixture({ maxConcurrent: 1 });
  const [running, waiting, late] = [createJob(), createJob(), createJob()];
  queue.offer(running.job);
  time.advance(0);
  queue.offer(waiting.job);
  await queue.close();
  queue.offer(late.job);
  expect(running.seen).toEqual(["run", "aborted"]);
  expect(waiting.seen).toEqual(["disposed"]);
  expect(late.seen).toEqual(["disposed"]);
  expect(drops().closing).toBe(2);
  expect(time.pendingTimers).toBe(0);
});
