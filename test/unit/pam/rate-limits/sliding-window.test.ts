import fc from "fast-check";
import { expect, test } from "vitest";

import { createSlidingWindow } from "#pam/rate-limits/sliding-window.ts";
import { createManualClock } from "#support/manual-clock.ts";

const MAX_USES = 3;
const WINDOW_MS = 1_000;

test("no window of time holds more uses of a key than are allowed, and no use is refused in vain", () => {
  const step = fc.record({ key: fc.constantFrom("a", "b"), waitMs: fc.nat(600) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const clock = createManualClock();
      const window = createSlidingWindow({ maxUses: MAX_USES, windowMs: WINDOW_MS, clock });
      const taken: { readonly key: string; readonly atMs: number }[] = [];
      for (const { key, waitMs } of steps) {
        clock.advance(waitMs);
        const nowMs = clock.monotonicMs();
        const recent = taken.filter((use) => use.key === key && nowMs - use.atMs < WINDOW_MS);
        const { isAllowed, usage } = window.take(key);
        expect(isAllowed).toBe(recent.length < MAX_USES);
        if (isAllowed) taken.push({ key, atMs: nowMs });
        expect(usage.used).toBe(Math.min(recent.length + 1, MAX_USES));
      }
    }),
  );
});

test("tells how long it takes until the oldest use no longer counts", () => {
  const clock = createManualClock();
  const window = createSlidingWindow({ maxUses: 1, windowMs: WINDOW_MS, clock });
  expect(window.usage("a")).toEqual({ used: 0, resetMs: 0 });
  window.take("a");
  clock.advance(400);
  expect(window.take("a")).toEqual({ isAllowed: false, usage: { used: 1, resetMs: 600 } });
  clock.advance(600);
  expect(window.take("a").isAllowed).toBe(true);
});

test("counts only those who used something within their window", () => {
  const clock = createManualClock();
  const window = createSlidingWindow({ maxUses: 5, windowMs: WINDOW_MS, clock });
  window.take("a");
  clock.advance(900);
  window.take("b");
  window.take("b");
  expect(window.activity()).toEqual({ keys: 2, uses: 3 });
  clock.advance(100);
  expect(window.activity()).toEqual({ keys: 1, uses: 2 });
});

test("keeps ten thousand keys at most", () => {
  const window = createSlidingWindow({
    maxUses: 5,
    windowMs: WINDOW_MS,
    clock: createManualClock(),
  });
  for (let number = 0; number < 10_100; number += 1) window.take(`key-${number}`);
  expect(window.activity().keys).toBe(10_000);
});
