import { expect, test } from "vitest";

import { type DeletionFacts, toDeletionVerdict } from "#delivery/census/index.ts";

const DAY_MS = 86_400_000;
const seen = (lastSeenMs: number | null) => ({ legacy: { hits: 1, lastSeenMs } });
const facts = (more: Partial<DeletionFacts> = {}): DeletionFacts => ({
  hasNative: true,
  census: seen(10 * DAY_MS),
  sinceMs: 0,
  isSuiteGreen: true,
  isPinned: false,
  isTripped: false,
  nowMs: 40 * DAY_MS,
  ...more,
});
const open = (more: Partial<DeletionFacts>): string[] =>
  toDeletionVerdict(facts(more))
    .checklist.filter(({ isDone }) => !isDone)
    .map(({ name }) => name);

test("a route that nobody used on legacy for 30 days, and that all else speaks for, is deletable", () => {
  const verdict = toDeletionVerdict(facts());
  expect(verdict.isDeletable).toBe(true);
  expect(verdict.checklist.map(({ name }) => name)).toEqual([
    "native",
    "quiet",
    "suite",
    "pin",
    "guard",
  ]);
});

test.each([
  [{ hasNative: false }, "native"],
  [{ census: seen(10 * DAY_MS + 1) }, "quiet"],
  [{ isSuiteGreen: false }, "suite"],
  [{ isPinned: true }, "pin"],
  [{ isTripped: true }, "guard"],
] as const)("%j leaves one point open", (more, name) => {
  expect(toDeletionVerdict(facts(more)).isDeletable).toBe(false);
  expect(open(more)).toEqual([name]);
});

test("silence counts only from when somebody began to listen", () => {
  const sinceMs = 20 * DAY_MS;
  expect(open({ census: undefined, sinceMs })).toEqual(["quiet"]);
  expect(open({ census: seen(null), sinceMs: 9 * DAY_MS })).toEqual([]);
  expect(toDeletionVerdict(facts({ census: undefined, sinceMs })).checklist[1]?.sentence).toBe(
    "It was counted for 20 of 30 days.",
  );
});

test("how long is long enough can be said", () => {
  expect(open({ census: seen(33 * DAY_MS), quietDays: 7 })).toEqual([]);
});
