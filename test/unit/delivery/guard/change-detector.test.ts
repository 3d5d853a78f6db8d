import { expect, test } from "vitest";

import { createChangeDetector } from "#delivery/guard/change-detector.ts";
import { createRandom, drawBinomial } from "#support/seeded-random.ts";

const BLOCKS = 60;

/** One window in which both sides fail alike; true where chance alone reached the threshold at any look. */
function tripsByChance(random: () => number, threshold: number): boolean {
  const detector = createChangeDetector();
  // Each window has its own rate and its own split, as hours and routes do.
  const rate = 0.3 * random() ** 2;
  const native = 4 + Math.floor(20 * random());
  const legacy = 4 + Math.floor(20 * random());
  for (let block = 0; block < BLOCKS; block += 1) {
    detector.add({
      native: { count: native, bad: drawBinomial(random, native, rate) },
      legacy: { count: legacy, bad: drawBinomial(random, legacy, rate) },
    });
    if (detector.evidence >= threshold) return true;
  }
  return false;
}

test.each([0.05, 0.01])(
  "in 10,000 windows of equal sides it is reached no more often than in a share of %d, looked at after every block",
  (rate) => {
    const random = createRandom(20_261_124);
    const windows = Array.from({ length: 10_000 }, () => tripsByChance(random, BLOCKS / rate));
    const share = windows.filter(Boolean).length / windows.length;
    expect(share).toBeLessThanOrEqual(rate);
    // Not so careful either that it would never say anything.
    expect(share).toBeGreaterThan(0);
  },
);

test("a good past does not hide a change", () => {
  const worse = { native: { count: 20, bad: 4 }, legacy: { count: 20, bad: 0 } };
  const fresh = createChangeDetector();
  const seasoned = createChangeDetector();
  for (let block = 0; block < 1_000; block += 1) {
    seasoned.add({ native: { count: 20, bad: 0 }, legacy: { count: 20, bad: 1 } });
  }
  for (let block = 0; block < 10; block += 1) {
    fresh.add(worse);
    seasoned.add(worse);
  }
  expect(seasoned.evidence).toBeGreaterThan(fresh.evidence * 0.5);
  expect(fresh.evidence).toBeGreaterThan(1e6);
});

test("a better native side gathers nothing", () => {
  const detector = createChangeDetector();
  for (let block = 0; block < 10_000; block += 1) {
    detector.add({ native: { count: 10, bad: 0 }, legacy: { count: 10, bad: 1 } });
  }
  expect(detector.evidence).toBeLessThan(10);
});

test("blocks that say nothing do not count, and a reset forgets", () => {
  const detector = createChangeDetector();
  for (let block = 0; block < 100; block += 1) {
    detector.add({ native: { count: 10, bad: 0 }, legacy: { count: 10, bad: 0 } });
    detector.add({ native: { count: 10, bad: 3 }, legacy: { count: 0, bad: 0 } });
  }
  expect(detector.evidence).toBe(0);
  detector.add({ native: { count: 10, bad: 3 }, legacy: { count: 10, bad: 0 } });
  expect(detector.evidence).toBeGreaterThan(0);
  detector.reset();
  expect(detector.evidence).toBe(0);
});
