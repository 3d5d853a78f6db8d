import fc from "fast-check";
import { expect, test } from "vitest";

import { forecastRollout, type SampledCohort } from "#delivery/ceiling/index.ts";

/** One cohort at each position, those up to `native` on native. */
const cohortsAt = (native: number): SampledCohort[] =>
  Array.from({ length: 100 }, (_, index) => ({
    position: index + 1,
    side: index < native ? "native" : "legacy",
  }));
const liveAt = (native: number) => ({ cohorts: cohortsAt(native), estimatedCount: 1_200 });

test("from 5 % to 40 %, 35 % of the live cohorts move to native and nobody moves back", () => {
  const forecast = forecastRollout(liveAt(5), { percent: 40, ceiling: undefined });
  expect(forecast).toEqual({
    effectivePercent: 40,
    sampled: 100,
    estimatedCohorts: 1_200,
    movesToNative: 0.35,
    movesToLegacy: 0,
    stays: 0.65,
    sentence: "At 40 %: of about 1200 live cohorts 35 % would move to native and 0 % to legacy.",
  });
});

test("an enforced ceiling holds, one that is reported does not", () => {
  const held = { percent: 40, ceiling: { allowedPercent: 25, isEnforced: true } };
  const told = { percent: 40, ceiling: { allowedPercent: 25, isEnforced: false } };
  expect(forecastRollout(liveAt(5), held)).toMatchObject({
    effectivePercent: 25,
    movesToNative: 0.2,
  });
  expect(forecastRollout(liveAt(5), held).sentence).toContain("held to 25 % by the ceiling");
  expect(forecastRollout(liveAt(5), told).effectivePercent).toBe(40);
});

test("a smaller share moves people to legacy", () => {
  const forecast = forecastRollout(liveAt(50), { percent: 10, ceiling: undefined });
  expect([forecast.movesToNative, forecast.movesToLegacy]).toEqual([0, 0.4]);
});

test("where nobody is live nothing moves, and that is said", () => {
  const nobody = { cohorts: [], estimatedCount: 0 };
  const forecast = forecastRollout(nobody, { percent: 40, ceiling: undefined });
  expect(forecast).toMatchObject({ movesToNative: 0, movesToLegacy: 0, stays: 0 });
  expect(forecast.sentence).toContain("nobody used the route of late");
});

test("the shares are one together, and growth moves nobody to legacy", () => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percent, percent, (from, to) => {
      const forecast = forecastRollout(liveAt(from), { percent: to, ceiling: undefined });
      const { movesToNative, movesToLegacy, stays } = forecast;
      expect(movesToNative + movesToLegacy + stays).toBeCloseTo(1, 10);
      expect(Math.min(movesToNative, movesToLegacy)).toBe(0);
      expect(movesToNative > 0).toBe(to > from);
    }),
  );
});
