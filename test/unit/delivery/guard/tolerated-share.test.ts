import fc from "fast-check";
import { expect, test } from "vitest";

import { GUARD_POLICY } from "#delivery/guard/index.ts";
import { logShareEvidence, toToleratedShare } from "#delivery/guard/tolerated-share.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const counts = fc
  .tuple(fc.integer({ min: 20, max: 100_000 }), share)
  .map(([count, part]) => ({ count, bad: Math.round(count * part) }));
const NONE = { count: 0, bad: 0 };

test("up to the tolerated share the mean of the e-value is at most 1", () => {
  const given = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    tolerated: share,
    // At a rate of 1 the recursion below has nothing to start from.
    part: fc.double({ min: 0, max: 0.9, noNaN: true }),
    oddsRatio: fc.constantFrom(1.5, 2, 8, 128),
  });
  fc.assert(
    fc.property(given, ({ count, tolerated, part, oddsRatio }) => {
      const rate = tolerated * part;
      let chance = (1 - rate) ** count;
      let mean = 0;
      for (let bad = 0; bad <= count; bad += 1) {
        mean += chance * Math.exp(logShareEvidence({ count, bad }, tolerated, oddsRatio));
        chance *= ((count - bad) / (bad + 1)) * (rate / (1 - rate));
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test("what legacy is remembered to fail of, and what it fails of now, is always tolerated", () => {
  fc.assert(
    fc.property(counts, counts, (remembered, live) => {
      const tolerated = toToleratedShare({ live: [NONE, live], remembered }, GUARD_POLICY);
      expect(tolerated).toBeLessThanOrEqual(1);
      for (const { bad, count } of [remembered, live]) {
        expect(tolerated).toBeGreaterThanOrEqual(bad / count - 1e-9);
      }
    }),
  );
});

test.each([
  ["nothing is known of legacy", undefined, 0.25, 0.25],
  ["few requests are remembered", { count: 20, bad: 0 }, 0.25, 0.3],
  ["legacy never failed", { count: 5_000, bad: 0 }, 0.02, 0.02],
  ["legacy fails at times", { count: 5_000, bad: 250 }, 0.1, 0.12],
  ["legacy always fails", { count: 5_000, bad: 5_000 }, 1, 1],
] as const)("where %s, a share is tolerated that fits it", (...[, remembered, least, most]) => {
  const tolerated = toToleratedShare({ live: [NONE], remembered }, GUARD_POLICY);
  expect(tolerated).toBeGreaterThanOrEqual(least);
  expect(tolerated).toBeLessThanOrEqual(most);
});
