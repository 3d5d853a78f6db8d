import { expect, test } from "vitest";

import { evidenceEntrySchema, LONGEST_PIN_MS } from "#delivery/evidence/index.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";

const isGood = (entry: object): boolean => evidenceEntrySchema.safeParse(entry).success;
const pin = evidenceEntry("pin");

test("a pin has a name, a reason and an end", () => {
  expect(isGood(pin)).toBe(true);
  for (const missing of ["by", "reason", "untilMs"]) {
    expect(isGood({ ...pin, [missing]: undefined })).toBe(false);
  }
  expect(isGood({ ...pin, by: "  " })).toBe(false);
});

test("a pin ends in the future, and within 30 days", () => {
  expect(isGood({ ...pin, untilMs: pin.atMs })).toBe(false);
  expect(isGood({ ...pin, untilMs: pin.atMs + LONGEST_PIN_MS })).toBe(true);
  expect(isGood({ ...pin, untilMs: pin.atMs + LONGEST_PIN_MS + 1 })).toBe(false);
});

test.each(["a\nb", "a\u0000b", "x".repeat(501)])("no reason is %j", (reason) => {
  expect(isGood({ ...pin, reason })).toBe(false);
});

test("counts are whole and not negative", () => {
  for (const compared of [-1, 0.5, Number.NaN]) {
    expect(isGood(evidenceEntry("shadow", { compared }))).toBe(false);
  }
});
