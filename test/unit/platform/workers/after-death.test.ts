import { expect, test } from "vitest";

import { type AfterDeath, decideAfterDeath, NO_DEATHS } from "#platform/workers/after-death.ts";

const LONG_MS = 60_000;
const SHORT_MS = 1_000;

/** What is decided of so many deaths, one after the other. */
function decideOf(times: number, listenedMs: number | undefined, stillListening = 0): AfterDeath[] {
  const decided: AfterDeath[] = [];
  let count = NO_DEATHS;
  for (let death = 0; death < times; death += 1) {
    const after = decideAfterDeath(count, { listenedMs, stillListening });
    decided.push(after);
    if (after.kind === "replace") count = after.count;
  }
  return decided;
}

const delaysOf = (decided: readonly AfterDeath[]): readonly number[] =>
  decided.flatMap((after) => (after.kind === "replace" ? [after.afterMs] : []));

test("who dies after a long life is replaced at once, however often", () => {
  expect(delaysOf(decideOf(4, LONG_MS))).toEqual([100, 100, 100, 100]);
});

test("short lives in a row are replaced later and later, up to five seconds, and never given up", () => {
  expect(delaysOf(decideOf(9, SHORT_MS))).toEqual([
    100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
  ]);
});

test("a long life forgets the short ones before it", () => {
  const [, , last] = decideOf(3, SHORT_MS);
  const count = last?.kind === "replace" ? last.count : NO_DEATHS;
  const after = decideAfterDeath(count, { listenedMs: LONG_MS, stillListening: 1 });
  expect(after).toEqual({ kind: "replace", afterMs: 100, count: NO_DEATHS });
});

test("five failed starts in a row are given up where nobody listens", () => {
  expect(decideOf(5, undefined).map(({ kind }) => kind)).toEqual([
    "replace",
    "replace",
    "replace",
    "replace",
    "give-up",
  ]);
});

test("while somebody listens, failed starts are never given up", () => {
  expect(decideOf(20, undefined, 1).every(({ kind }) => kind === "replace")).toBe(true);
});
