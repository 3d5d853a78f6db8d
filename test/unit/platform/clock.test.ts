import { expect, test } from "vitest";

import { toNaiveUtc } from "#platform/clock.ts";

test("a time is printed as the legacy prints it: UTC, microseconds, no zone", () => {
  expect(toNaiveUtc(Date.UTC(2026, 10, 22, 20, 33, 44, 820))).toBe("2026-11-22T20:33:44.820000");
});

test("a whole second has no fraction", () => {
  expect(toNaiveUtc(Date.UTC(2026, 10, 22, 20, 33, 44))).toBe("2026-11-22T20:33:44");
});
