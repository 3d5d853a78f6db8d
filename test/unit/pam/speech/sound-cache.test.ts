import fc from "fast-check";
import { expect, test } from "vitest";

import { createSoundCache, toSoundKey } from "#pam/speech/sound-cache.ts";
import { createManualClock } from "#support/manual-clock.ts";

const LIMITS = { maxEntries: 3, maxBytes: 100, maxEntryBytes: 60 };
const size = (bytes: number): { bytes: number; keepMs: number } => ({ bytes, keepMs: 1_000 });

test("gives back what was put in, until its time is over", () => {
  const clock = createManualClock();
  const cache = createSoundCache<string>(LIMITS, clock);
  cache.set("a", "sound", size(10));
  clock.advance(999);
  expect(cache.get("a")).toBe("sound");
  clock.advance(1);
  expect(cache.get("a")).toBeUndefined();
  expect(cache.figures()).toMatchObject({ entries: 0, bytes: 0, hits: 1, misses: 1 });
});

test("the one that was used longest ago leaves first", () => {
  const cache = createSoundCache<string>(LIMITS, createManualClock());
  for (const key of ["a", "b", "c"]) cache.set(key, key, size(10));
  cache.get("a");
  cache.set("d", "d", size(10));
  expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual(["a", undefined, "c", "d"]);
  expect(cache.figures().evictions).toBe(1);
});

test("as many leave as the bytes of a new one need", () => {
  const cache = createSoundCache<string>(LIMITS, createManualClock());
  cache.set("a", "a", size(50));
  cache.set("b", "b", size(50));
  cache.set("c", "c", size(60));
  expect(cache.figures()).toMatchObject({ entries: 1, bytes: 60, evictions: 2 });
});

test("a sound over the bound of one is not kept, and drives out nothing", () => {
  const cache = createSoundCache<string>(LIMITS, createManualClock());
  cache.set("a", "a", size(50));
  cache.set("b", "b", size(61));
  expect(cache.get("a")).toBe("a");
  expect(cache.get("b")).toBeUndefined();
});

test("a value that takes another's place counts once", () => {
  const cache = createSoundCache<string>(LIMITS, createManualClock());
  cache.set("a", "old", size(40));
  cache.set("a", "new", size(20));
  expect(cache.get("a")).toBe("new");
  expect(cache.figures()).toMatchObject({ entries: 1, bytes: 20, evictions: 0 });
});

test("one text in two voices has two keys, and no key tells the text", () => {
  expect(toSoundKey("Hello", "a")).not.toBe(toSoundKey("Hello", "b"));
  expect(toSoundKey("secret", "a")).toMatch(/^[0-9a-f]{64}$/u);
});

test("whatever is asked of it, it stays within its bounds and counts its bytes rightly", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    bytes: fc.integer({ min: 0, max: 70 }),
    isRead: fc.boolean(),
    passMs: fc.integer({ min: 0, max: 600 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = createManualClock();
      const cache = createSoundCache<number>(LIMITS, clock);
      for (const { key, bytes, isRead, passMs } of steps) {
        clock.advance(passMs);
        if (isRead) cache.get(key);
        else cache.set(key, bytes, size(bytes));
        const figures = cache.figures();
        expect(figures.entries).toBeLessThanOrEqual(LIMITS.maxEntries);
        expect(figures.bytes).toBeLessThanOrEqual(LIMITS.maxBytes);
        expect(figures.entries > 0 || figures.bytes === 0).toBe(true);
      }
    }),
  );
});
