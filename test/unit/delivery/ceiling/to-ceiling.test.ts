import fc from "fast-check";
import { expect, test } from "vitest";

import { CEILING_STEPS, createCeiling, SOAK_MS, toCeiling } from "#delivery/ceiling/index.ts";
import { NO_EVIDENCE, type RouteEvidence } from "#delivery/evidence/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const GREEN = { isGreen: true, atMs: 1 };
const RED = { isGreen: false, atMs: 1 };
const NO_WORSE = { isNoWorse: true, atMs: 1 };
const known = (more: Partial<RouteEvidence>): RouteEvidence => ({ ...NO_EVIDENCE, ...more });
const FULL = known({
  suite: GREEN,
  shadow: { compared: 200, unexplained: 0 },
  comparison: NO_WORSE,
  soakMs: SOAK_MS,
});

test.each([
  ["nothing", known({}), 0, "The contract suite was not run against this build."],
  ["a red suite", known({ suite: RED }), 0, "The contract suite is red for this build."],
  ["a green suite", known({ suite: GREEN }), 5, "0 of 200 shadowed answers were compared."],
  [
    "too few shadows",
    { ...FULL, shadow: { compared: 199, unexplained: 0 } },
    5,
    "199 of 200 shadowed answers were compared.",
  ],
  [
    "one unexplained difference",
    { ...FULL, shadow: { compared: 9_000, unexplained: 1 } },
    5,
    "Fields that differ without an explanation in 9000 shadowed answers: 1.",
  ],
  [
    "shadows without drift",
    { ...FULL, comparison: undefined },
    25,
    "Errors and latency of live requests were not compared yet.",
  ],
  [
    "live requests that do worse",
    { ...FULL, comparison: { isNoWorse: false, atMs: 1 } },
    25,
    "Live requests did worse than on legacy.",
  ],
  [
    "live requests that do no worse",
    { ...FULL, soakMs: 3_600_000 },
    50,
    "1.0 of 24 hours were soaked.",
  ],
  ["a day of soaking", FULL, 100, undefined],
  [
    "all but a green suite",
    { ...FULL, suite: RED },
    0,
    "The contract suite is red for this build.",
  ],
] as const)("%s allows as much as it shows", (...[, evidence, percent, missing]) => {
  const verdict = toCeiling(evidence, 0);
  expect([verdict.allowedPercent, verdict.earnedPercent]).toEqual([percent, percent]);
  expect(verdict.next?.missing).toBe(missing);
});

test("steps rise, and the next one is told", () => {
  const percents = CEILING_STEPS.map(({ percent }) => percent);
  expect(percents).toEqual([0, 5, 25, 50, 100]);
  expect(toCeiling(known({ suite: GREEN }), 0)).toMatchObject({
    step: "suite",
    next: { percent: 25 },
  });
});

const PIN = { percent: 80, by: "ada", reason: "a demo", untilMs: 1_000 };

test("a pin raises the ceiling until its time is over", () => {
  const pinned = known({ suite: GREEN, pin: PIN });
  expect(toCeiling(pinned, 999)).toMatchObject({
    allowedPercent: 80,
    earnedPercent: 5,
    pin: PIN,
  });
  expect(toCeiling(pinned, 1_000)).toMatchObject({ allowedPercent: 5, pin: undefined });
});

test("a pin below what is earned lowers nothing", () => {
  expect(toCeiling({ ...FULL, pin: PIN }, 0).allowedPercent).toBe(100);
});

test("more evidence never lowers a ceiling", () => {
  const evidence = fc.record({
    isGreen: fc.boolean(),
    compared: fc.integer({ min: 0, max: 400 }),
    unexplained: fc.integer({ min: 0, max: 2 }),
    isNoWorse: fc.boolean(),
    soakMs: fc.integer({ min: 0, max: 2 * SOAK_MS }),
  });
  const of = (facts: typeof evidence extends fc.Arbitrary<infer T> ? T : never): number =>
    toCeiling(
      known({
        suite: { isGreen: facts.isGreen, atMs: 1 },
        shadow: facts,
        comparison: { isNoWorse: facts.isNoWorse, atMs: 1 },
        soakMs: facts.soakMs,
      }),
      0,
    ).allowedPercent;
  fc.assert(
    fc.property(evidence, evidence, (less, more) => {
      const united = {
        isGreen: less.isGreen || more.isGreen,
        compared: Math.max(less.compared, more.compared),
        unexplained: Math.min(less.unexplained, more.unexplained),
        isNoWorse: less.isNoWorse || more.isNoWorse,
        soakMs: Math.max(less.soakMs, more.soakMs),
      };
      expect(of(united)).toBeGreaterThanOrEqual(of(less));
    }),
  );
});

test("off says nothing, report clamps nothing, enforce holds to it, and all can be looked at", () => {
  const evidence = { of: () => known({ suite: GREEN }) };
  const clock = createManualClock();
  const ceilingIn = (mode: "off" | "report" | "enforce") =>
    createCeiling({ mode, evidence, clock });
  expect(ceilingIn("off").ceilingOf("chat.health")).toBeUndefined();
  expect(ceilingIn("report").ceilingOf("chat.health")).toEqual({
    allowedPercent: 5,
    isEnforced: false,
  });
  expect(ceilingIn("enforce").ceilingOf("chat.health")).toEqual({
    allowedPercent: 5,
    isEnforced: true,
  });
  expect(ceilingIn("off").of("chat.health").allowedPercent).toBe(5);
});
