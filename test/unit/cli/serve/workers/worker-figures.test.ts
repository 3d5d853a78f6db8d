import { expect, test } from "vitest";

import type { FromPrimary } from "#cli/serve/workers/messages.ts";
import { createWorkerFigures } from "#cli/serve/workers/worker-figures.ts";
import { sumShadowCounts } from "#delivery/shadow/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { renderSum } from "#platform/metrics-sum.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const snapshotOf = async (hits: number): Promise<readonly object[]> => {
  const metrics = createMetrics({ version: "1" });
  metrics.counter({ name: "hits_total", help: "Hits", labels: [] })({}).add(hits);
  return metrics.snapshot();
};

function setUp(workerIds: readonly number[]) {
  const time = createManualTime();
  const asked: number[] = [];
  const figures = createWorkerFigures({
    ask(message: FromPrimary) {
      if (message.kind === "measure") asked.push(message.question);
      return workerIds;
    },
    scheduler: time.scheduler,
    logger: silentLogger,
  });
  const hits = async (measured: ReturnType<typeof figures.measure>): Promise<string | undefined> =>
    (await renderSum(await measured)).split("\n").find((line) => line.startsWith("hits_total"));
  return { figures, asked, time, hits };
}

test("a sum is made when every worker has answered", async () => {
  const { figures, asked, hits } = setUp([1, 2]);
  const measured = figures.measure();
  figures.takeSnapshot(1, asked[0] ?? 0, await snapshotOf(2));
  figures.takeSnapshot(2, asked[0] ?? 0, await snapshotOf(3));
  expect(await hits(measured)).toBe("hits_total 5");
});

test("who does not answer within a second is told as it was last", async () => {
  const { figures, asked, hits, time } = setUp([1, 2]);
  const first = figures.measure();
  figures.takeSnapshot(1, asked[0] ?? 0, await snapshotOf(2));
  figures.takeSnapshot(2, asked[0] ?? 0, await snapshotOf(3));
  await first;
  const second = figures.measure();
  figures.takeSnapshot(1, asked[1] ?? 0, await snapshotOf(4));
  time.advance(1_000);
  expect(await hits(second)).toBe("hits_total 7");
});

test("what a worker counted stays when it is gone, and nobody waits for it", async () => {
  const { figures, asked, hits } = setUp([1, 2]);
  const first = figures.measure();
  figures.takeSnapshot(1, asked[0] ?? 0, await snapshotOf(2));
  figures.takeSnapshot(2, asked[0] ?? 0, await snapshotOf(3));
  await first;
  const second = figures.measure();
  figures.takeSnapshot(2, asked[1] ?? 0, await snapshotOf(4));
  figures.forget(1);
  expect(await hits(second)).toBe("hits_total 6");
});

test("workers are asked every few seconds although nobody looks, so that little dies with one", () => {
  const { asked, time, figures } = setUp([]);
  time.advance(5_000);
  expect(asked.length).toBe(1);
  figures.close();
  time.advance(60_000);
  expect(asked.length).toBe(1);
});

test("a snapshot that is none is left out, and answered all the same", async () => {
  const { figures, asked, hits } = setUp([1]);
  const measured = figures.measure();
  figures.takeSnapshot(1, asked[0] ?? 0, [{ name: "hits_total" }]);
  expect(await hits(measured)).toBeUndefined();
});

test("shadows are summed; of one that is gone what it did stays, and what it held does not", () => {
  const { figures } = setUp([1, 2]);
  const counts = { ...sumShadowCounts([]), sampled: 3, compared: 2, queued: 1, heldBytes: 9 };
  figures.takeShadow(1, { ...counts, drops: { ...counts.drops, memory: 1 } });
  figures.takeShadow(2, counts);
  expect(figures.shadowCounts()).toMatchObject({
    sampled: 6,
    compared: 4,
    queued: 2,
    heldBytes: 18,
  });
  figures.forget(1);
  expect(figures.shadowCounts()).toMatchObject({
    sampled: 6,
    compared: 4,
    queued: 1,
    heldBytes: 9,
    drops: { memory: 1, closing: 0 },
  });
});
