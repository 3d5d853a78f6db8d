import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { CacheEntry } from "#pam/response-cache/cache-entry.ts";
import { createMemoryLevel } from "#pam/response-cache/memory-level.ts";
import { createManualClock } from "#support/manual-clock.ts";

const entry = (key: string, bytes = 10): CacheEntry => ({
  key,
  userId: "u",
  message: "",
  packed: "x".repeat(bytes),
});

const ROOMY = { maxItems: 100, maxBytes: 1_000_000 };

const step = fc.record({
  key: fc.nat(30).map((number) => `k${number}`),
  bytes: fc.nat(4_000),
  ttlMs: fc.integer({ min: 1, max: 1_000 }),
  waitMs: fc.nat(300),
  isRead: fc.boolean(),
});

describe("the memory level", () => {
  test("stays within its bounds, whatever is put in", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const clock = createManualClock();
        const level = createMemoryLevel({ maxItems: 8, maxBytes: 8_000 }, clock);
        for (const { key, bytes, ttlMs, waitMs } of steps) {
          level.set(entry(key, bytes), ttlMs);
          clock.advance(waitMs);
          expect(level.items).toBeLessThanOrEqual(8);
          expect(level.bytes).toBeLessThanOrEqual(8_000);
        }
      }),
    );
  });

  test("holds what the model holds: the newest used eight, each until its time is over", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const clock = createManualClock();
        const level = createMemoryLevel({ maxItems: 8, maxBytes: 1_000_000 }, clock);
        /** In the order of use, the oldest first. */
        let model: { readonly key: string; readonly untilMs: number }[] = [];
        for (const { key, ttlMs, waitMs, isRead } of steps) {
          // Counting drops what is out of date, as the model does.
          expect(level.items).toBe(model.length);
          const held = model.find((item) => item.key === key);
          const others = model.filter((item) => item.key !== key);
          if (!isRead) level.set(entry(key), ttlMs);
          const written = isRead ? held : { key, untilMs: clock.monotonicMs() + ttlMs };
          expect(level.get(key) === undefined).toBe(written === undefined);
          model = written === undefined ? others : [...others, written].slice(-8);
          clock.advance(waitMs);
          model = model.filter(({ untilMs }) => clock.monotonicMs() <= untilMs);
        }
      }),
    );
  });

  test("gives up the entry that was used longest ago, and counts it", () => {
    const level = createMemoryLevel({ ...ROOMY, maxItems: 2 }, createManualClock());
    level.set(entry("a"), 1_000);
    level.set(entry("b"), 1_000);
    level.get("a");
    level.set(entry("c"), 1_000);
    expect(["a", "b", "c"].filter((key) => level.get(key) !== undefined)).toEqual(["a", "c"]);
    expect(level.evictions).toBe(1);
  });

  test("does not count as given up what was replaced, forgotten or out of date", () => {
    const clock = createManualClock();
    const level = createMemoryLevel(ROOMY, clock);
    level.set(entry("a"), 1_000);
    level.set(entry("a"), 1_000);
    level.set(entry("b"), 5);
    expect(level.forget(({ key }) => key === "a")).toBe(1);
    clock.advance(6);
    expect(level.items).toBe(0);
    expect(level.evictions).toBe(0);
  });

  test("keeps no entry that is larger than itself", () => {
    const level = createMemoryLevel({ ...ROOMY, maxBytes: 1_000 }, createManualClock());
    level.set(entry("small"), 1_000);
    level.set(entry("large", 2_000), 1_000);
    expect(level.get("large")).toBeUndefined();
    expect(level.get("small")).toBeDefined();
  });
});
