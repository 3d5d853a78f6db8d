import { expect, test } from "vitest";

import { foldEnded, parseSnapshot, renderSum } from "#platform/metrics-sum.ts";
import { createMetrics, type MetricsSnapshot } from "#platform/metrics.ts";

interface Process {
  readonly hits: number;
  readonly open: number;
  readonly isUp: boolean;
  readonly seconds: readonly number[];
}

/** What a process that saw so much tells, as it comes from another process. */
async function snapshotOf({ hits, open, isUp, seconds }: Process): Promise<MetricsSnapshot> {
  const metrics = createMetrics({ version: "1" });
  metrics
    .counter({ name: "hits_total", help: "Hits", labels: ["side"] })({ side: "a" })
    .add(hits);
  metrics.level({ name: "open", help: "Open", labels: [] })({}).add(open);
  metrics.reading({ name: "up", help: "Up", labels: [], merge: "min" }, () => [
    { labels: {}, value: isUp ? 1 : 0 },
  ]);
  const wait = metrics.durations({ name: "wait_seconds", help: "Wait", labels: ["route"] });
  for (const each of seconds) wait({ route: "/a" }).observe(each);
  return parseSnapshot(structuredClone(await metrics.snapshot()));
}

async function samples(snapshots: readonly MetricsSnapshot[]): Promise<readonly string[]> {
  const lines = (await renderSum(snapshots)).split("\n");
  return lines.filter((line) =>
    /^(hits_total|open|up|wait_seconds_(count|sum)|banyan_)/u.test(line),
  );
}

const BUILD = `banyan_build_info{version="1",node="${process.version}"} 1`;

test("counters and histograms are summed, levels too, and others by what they say of themselves", async () => {
  const one = await snapshotOf({ hits: 2, open: 1, isUp: true, seconds: [0.5, 2] });
  const other = await snapshotOf({ hits: 3, open: 4, isUp: false, seconds: [1] });
  expect(await samples([one, other])).toEqual([
    BUILD,
    'hits_total{side="a"} 5',
    "open 5",
    "up 0",
    'wait_seconds_sum{route="/a"} 3.5',
    'wait_seconds_count{route="/a"} 3',
  ]);
});

test("buckets stay cumulative in the sum", async () => {
  const one = await snapshotOf({ hits: 0, open: 0, isUp: true, seconds: [0.006, 10] });
  const other = await snapshotOf({ hits: 0, open: 0, isUp: true, seconds: [0.004] });
  const text = await renderSum([one, other]);
  expect(text).toContain('wait_seconds_bucket{route="/a",le="0.005"} 1');
  expect(text).toContain('wait_seconds_bucket{route="/a",le="0.01"} 2');
  expect(text).toContain('wait_seconds_bucket{route="/a",le="+Inf"} 3');
});

test("what a process counted outlives it, and what was open there does not", async () => {
  const gone = await snapshotOf({ hits: 2, open: 1, isUp: false, seconds: [1] });
  const alsoGone = await snapshotOf({ hits: 5, open: 1, isUp: false, seconds: [] });
  const live = await snapshotOf({ hits: 1, open: 7, isUp: true, seconds: [] });
  const ended = await foldEnded([await foldEnded([[], gone]), alsoGone]);
  expect(await samples([live, ended])).toEqual([
    BUILD,
    'hits_total{side="a"} 8',
    "open 7",
    "up 1",
    'wait_seconds_sum{route="/a"} 1',
    'wait_seconds_count{route="/a"} 1',
  ]);
});

test("what has no sum is told by the first process", async () => {
  const snapshot = await snapshotOf({ hits: 0, open: 0, isUp: true, seconds: [] });
  const text = await renderSum([snapshot, snapshot]);
  const started = text.split("\n").filter((line) => line.startsWith("process_start_time_seconds"));
  expect(started.length).toBe(1);
  expect(Number(started[0]?.split(" ")[1])).toBeLessThan(Date.now() / 1_000 + 1);
});

test("what is no snapshot is refused", () => {
  expect(() => parseSnapshot([{ name: "hits_total", type: "counter" }])).toThrow("Invalid input");
});
