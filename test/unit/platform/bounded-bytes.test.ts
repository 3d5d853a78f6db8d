import fc from "fast-check";
import { expect, test } from "vitest";

import { BoundedBytes } from "#platform/bounded-bytes.ts";
import { createMemoryBudget } from "#platform/memory-budget.ts";

test("bytes are kept as they came, or not at all, and never more than the bound", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }),
      fc.nat({ max: 1_000 }),
      (parts, maxBytes) => {
        const bytes = new BoundedBytes(maxBytes);
        for (const part of parts) bytes.append(Buffer.from(part));
        const whole = Buffer.concat(parts);
        expect(bytes.hasOverflowed).toBe(whole.length > maxBytes);
        expect(bytes.bytes.equals(bytes.hasOverflowed ? Buffer.alloc(0) : whole)).toBe(true);
      },
    ),
  );
});

test("what is kept is a copy: nothing that comes later changes it", () => {
  const bytes = new BoundedBytes(10);
  const part = Buffer.from("abc");
  bytes.append(part);
  part.fill("x");
  expect(bytes.bytes.toString()).toBe("abc");
});

test("room is taken from the budget by what is held, and given back once", () => {
  const budget = createMemoryBudget(1_000);
  const first = new BoundedBytes(1_000, budget);
  const second = new BoundedBytes(1_000, budget);
  first.append(Buffer.alloc(700));
  expect(second.append(Buffer.alloc(400))).toBeUndefined();
  expect(second.hasOverflowed).toBe(true);
  first.release();
  first.release();
  second.release();
  expect(budget.take(1_000)).toBe(true);
  expect(budget.take(1)).toBe(false);
});
