import fc from "fast-check";
import { expect, test } from "vitest";

import { createTopKeys } from "#delivery/census/space-saving.ts";

test("few keys are counted exactly, with the time they were last seen", () => {
  const top = createTopKeys(3);
  top.add("a", 1, 10);
  top.add("b", 5, 20);
  top.add("a", 1, 5);
  expect(top.read()).toEqual([
    { key: "b", count: 5, error: 0, lastSeenMs: 20 },
    { key: "a", count: 2, error: 0, lastSeenMs: 10 },
  ]);
});

const KEYS = "a a a a a b b b c c d e f g h i j k l".split(" ");

test("no count is too low, none too high by more than its error, and the frequent are all there", () => {
  const stream = fc.array(fc.constantFrom(...KEYS), { maxLength: 400 });
  fc.assert(
    fc.property(stream, fc.integer({ min: 2, max: 6 }), (keys, capacity) => {
      const top = createTopKeys(capacity);
      const exact = new Map<string, number>();
      for (const key of keys) {
        top.add(key, 1, 0);
        exact.set(key, (exact.get(key) ?? 0) + 1);
      }
      const kept = top.read();
      expect(kept.length).toBeLessThanOrEqual(capacity);
      for (const { key, count, error } of kept) {
        const truth = exact.get(key) ?? 0;
        expect(count).toBeGreaterThanOrEqual(truth);
        expect(count - error).toBeLessThanOrEqual(truth);
        expect(error).toBeLessThanOrEqual(keys.length / capacity);
      }
      const frequent = [...exact].filter(([, count]) => count > keys.length / capacity);
      const names = new Set(kept.map(({ key }) => key));
      expect(frequent.filter(([key]) => !names.has(key))).toEqual([]);
    }),
  );
});
