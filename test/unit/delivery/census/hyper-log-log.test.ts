import { hash } from "node:crypto";

import { expect, test } from "vitest";

import { createDistinctCount } from "#delivery/census/hyper-log-log.ts";

const cohortOf = (index: number): string => hash("sha256", `cohort ${index}`).slice(0, 12);

test.each([0, 1, 10, 100, 1_000, 2_700, 10_000, 200_000])(
  "%d distinct cohorts are told to within 13 %, four standard errors",
  (count) => {
    const distinct = createDistinctCount();
    for (let index = 0; index < count; index += 1) distinct.add(cohortOf(index));
    expect(Math.abs(distinct.estimate() - count)).toBeLessThanOrEqual(count * 0.13);
  },
);

test("over many sets the error has the size that is stated, and no bias", () => {
  const errors = Array.from({ length: 40 }, (_, set) => {
    const distinct = createDistinctCount();
    for (let index = 0; index < 5_000; index += 1) distinct.add(cohortOf(set * 10_000 + index));
    return distinct.estimate() / 5_000 - 1;
  });
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(spread).toBeLessThan(0.05);
});

test("who comes again is not counted again, and what is no hash is not counted at all", () => {
  const distinct = createDistinctCount();
  for (let round = 0; round < 1_000; round += 1) distinct.add(cohortOf(1));
  distinct.add("no hash");
  expect(distinct.estimate()).toBe(1);
});
