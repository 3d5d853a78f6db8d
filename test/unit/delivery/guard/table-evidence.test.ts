import fc from "fast-check";
import { expect, test } from "vitest";

import { logEvidence, type TwoSides } from "#delivery/guard/table-evidence.ts";

const table = (native: readonly [number, number], legacy: readonly [number, number]): TwoSides => ({
  native: { bad: native[0], count: native[1] },
  legacy: { bad: legacy[0], count: legacy[1] },
});

/** Binomial coefficients by hand, for small numbers. */
function choose(n: number, k: number): number {
  let result = 1;
  for (let index = 1; index <= k; index += 1) result = (result * (n - k + index)) / index;
  return result;
}

const counts = fc.record({
  native: fc.integer({ min: 1, max: 12 }),
  legacy: fc.integer({ min: 1, max: 12 }),
  share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  oddsRatio: fc.constantFrom(1.5, 2, 8, 128),
});

test("under equal odds the mean of the e-value is 1, whatever the sizes", () => {
  fc.assert(
    fc.property(counts, ({ native, legacy, share, oddsRatio }) => {
      const bad = Math.round((native + legacy) * share);
      let mean = 0;
      for (let x = Math.max(0, bad - legacy); x <= Math.min(native, bad); x += 1) {
        const chance = (choose(native, x) * choose(legacy, bad - x)) / choose(native + legacy, bad);
        mean += chance * Math.exp(logEvidence(table([x, native], [bad - x, legacy]), oddsRatio));
      }
      expect(mean).toBeCloseTo(1, 8);
    }),
  );
});

test("it grows with every bad request of native and shrinks with every one of legacy", () => {
  fc.assert(
    fc.property(counts, ({ native, legacy, oddsRatio }) => {
      const bad = Math.min(native, legacy);
      const evidence = Array.from({ length: bad + 1 }, (_, x) =>
        logEvidence(table([x, native], [bad - x, legacy]), oddsRatio),
      );
      expect(evidence).toEqual(evidence.toSorted((left, right) => left - right));
      expect(new Set(evidence).size).toBe(bad + 1);
    }),
  );
});

test.each([
  table([0, 0], [3, 10]),
  table([3, 10], [0, 0]),
  table([0, 10], [0, 10]),
  table([10, 10], [10, 10]),
])("%j says nothing", (silent) => {
  expect(logEvidence(silent, 8)).toBe(0);
});

test("a failure weighs more the fewer of the requests were native", () => {
  const few = logEvidence(table([1, 5], [0, 95]), 32);
  const half = logEvidence(table([1, 50], [0, 50]), 32);
  expect(few).toBeGreaterThan(half);
  expect(half).toBeLessThanOrEqual(Math.log(2));
});

test("thousands of requests stay finite", () => {
  const value = logEvidence(table([4000, 5000], [10, 5000]), 128);
  expect(Number.isFinite(value)).toBe(true);
  expect(value).toBeGreaterThan(500);
});
