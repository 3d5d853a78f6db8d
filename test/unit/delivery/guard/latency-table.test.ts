import { expect, test } from "vitest";

import { toLatencyTable } from "#delivery/guard/latency-table.ts";
import { createHistogram } from "#platform/histogram.ts";

const histogramOf = (...durationsMs: readonly number[]) => {
  const histogram = createHistogram();
  for (const ms of durationsMs) histogram.record(ms);
  return histogram;
};
const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test("the slowest tenth of both together is counted by side", () => {
  const native = histogramOf(...times(8, 10), 900, 950);
  const legacy = histogramOf(...times(10, 10));
  expect(toLatencyTable(native, legacy, 0.1)).toEqual({
    native: { count: 10, bad: 2 },
    legacy: { count: 10, bad: 0 },
  });
});

test("a bucket is slow as a whole, however many are in it", () => {
  const native = histogramOf(...times(5, 10), ...times(5, 10_000));
  const legacy = histogramOf(...times(10, 10));
  expect(toLatencyTable(native, legacy, 0.1).native.bad).toBe(5);
});

test("where all are alike, all or none are slow, which says nothing", () => {
  const { native, legacy } = toLatencyTable(histogramOf(5, 5), histogramOf(5, 5), 0.1);
  expect([native.bad, legacy.bad]).toEqual([2, 2]);
});

test("an empty side is an empty side", () => {
  const table = toLatencyTable(histogramOf(), histogramOf(), 0.1);
  expect(table).toEqual({ native: { count: 0, bad: 0 }, legacy: { count: 0, bad: 0 } });
});
