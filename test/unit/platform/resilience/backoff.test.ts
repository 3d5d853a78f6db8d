import fc from "fast-check";
import { expect, test } from "vitest";

import { fullJitterDelayMs } from "#platform/resilience/backoff.ts";

const BACKOFF = { baseMs: 250, capMs: 2_000 };

const almostAll = (): number => 0.999_999;

test("the ceiling doubles from the base to the cap", () => {
  const ceilings = [1, 2, 3, 4, 5, 40].map((retry) => fullJitterDelayMs(retry, BACKOFF, almostAll));
  expect(ceilings).toEqual([249, 499, 999, 1_999, 1_999, 1_999]);
});

test("a delay is anything from nothing to below the ceiling", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (retry, drawn) => {
        const delayMs = fullJitterDelayMs(retry, BACKOFF, () => drawn);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(BACKOFF.capMs);
      },
    ),
  );
});
