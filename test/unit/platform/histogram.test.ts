import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createHistogram, HIGHEST_MS, LOWEST_MS, RELATIVE_ERROR } from "#platform/histogram.ts";

const durations = fc.array(
  fc.double({ min: LOWEST_MS, max: HIGHEST_MS, maxExcluded: true, noNaN: true }),
  { minLength: 1, maxLength: 300 },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

function filled(values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The nearest-rank quantile over the values themselves. */
function exactQuantile(values: readonly number[], q: number): number {
  const rank = Math.max(1, Math.ceil(q * values.length));
  return values.toSorted((a, b) => a - b)[rank - 1] ?? NaN;
}

test("a quantile is within the stated relative error of the exact one", () => {
  fc.assert(
    fc.property(durations, share, (values, q) => {
      const exact = exactQuantile(values, q);
      const estimate = filled(values).quantile(q) ?? NaN;
      expect(Math.abs(estimate - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-12);
    }),
  );
});

test("two histograms added are the histogram of all values", () => {
  fc.assert(
    fc.property(durations, durations, share, (left, right, q) => {
      const sum = filled(left);
      sum.add(filled(right));
      const whole = filled([...left, ...right]);
      expect(sum.count).toBe(whole.count);
      expect(sum.sumMs).toBeCloseTo(whole.sumMs, 5);
      expect(sum.quantile(q)).toBe(whole.quantile(q));
    }),
  );
});

test("count and sum are exact", () => {
  const histogram = filled([0.25, 12, 3000]);
  expect(histogram.count).toBe(3);
  expect(histogram.sumMs).toBe(3012.25);
});

test("an empty histogram has no quantile, before use and after a reset", () => {
  expect(createHistogram().quantile(0.5)).toBeUndefined();
  const histogram = filled([1, 2]);
  histogram.reset();
  expect(histogram.quantile(0.5)).toBeUndefined();
  expect([histogram.count, histogram.sumMs]).toEqual([0, 0]);
});

test("below the lowest value a quantile is right to half a microsecond", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: LOWEST_MS, maxExcluded: true, noNaN: true }), (value) => {
      const estimate = filled([value]).quantile(0.5) ?? NaN;
      expect(Math.abs(estimate - value)).toBeLessThanOrEqual(0.0005 + Number.EPSILON);
    }),
  );
});

test.each([0, -1, NaN, -Infinity])("%s counts as 0", (value) => {
  const histogram = filled([value]);
  expect([histogram.count, histogram.countAt(0), histogram.sumMs]).toEqual([1, 1, 0]);
});

test("a value past the range counts as the highest and is never lost", () => {
  const histogram = filled([HIGHEST_MS, HIGHEST_MS * 1000, Infinity]);
  expect([histogram.count, histogram.sumMs]).toEqual([3, 3 * HIGHEST_MS]);
  expect(histogram.quantile(0)).toBeGreaterThan(HIGHEST_MS * (1 - RELATIVE_ERROR));
});
