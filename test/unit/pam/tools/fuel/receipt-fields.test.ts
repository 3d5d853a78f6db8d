import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readReceipt, type ReceiptFields } from "#pam/tools/fuel/receipt-fields.ts";

const valuesOf = (fields: ReceiptFields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));

const AUSTRALIAN = `AMPOL DUBBO
15/03/2026 10:22
DIESEL 45.50 L @ 189.9 c/L
Odometer 120,345
TOTAL $86.40`;

const AMERICAN = `Chevron
2026-03-14
Gallons 12.500
Price/Gal 3.599
Fuel Total $44.99`;

describe("a receipt", () => {
  test("in litres and cents is read", () => {
    expect(valuesOf(readReceipt(AUSTRALIAN))).toEqual({
      total: 86.4,
      volume: 45.5,
      price: 1.899,
      date: "2026-03-15",
      station: "AMPOL DUBBO",
      odometer: 120_345,
      unit: "litre",
    });
  });

  test("in gallons and dollars is read", () => {
    expect(valuesOf(readReceipt(AMERICAN))).toMatchObject({
      total: 44.99,
      volume: 12.5,
      price: 3.599,
      date: "2026-03-14",
      unit: "gallon",
    });
  });

  test("whose figures agree is sure, and one whose figures do not is doubted", () => {
    expect(readReceipt(AUSTRALIAN).total.confidence).toBeGreaterThanOrEqual(0.9);
    const wrong = readReceipt(AUSTRALIAN.replace("86.40", "186.40"));
    expect(
      [wrong.total, wrong.volume, wrong.price].every(({ confidence }) => confidence < 0.5),
    ).toBe(true);
  });

  test("without a total gets the product, as a guess", () => {
    expect(readReceipt("40 L\n1.50/L").total).toEqual({ value: 60, confidence: 0.55 });
  });

  test("with nothing on it gives nothing", () => {
    expect(Object.values(valuesOf(readReceipt("***\n123")))).toEqual(Array(7).fill(null));
  });

  test.each([
    ["03/04/26", "2026-03-04", 0.55],
    ["25/03/2026", "2026-03-25", 0.85],
    ["03/25/2026", "2026-03-25", 0.85],
    ["31/02/2026", null, 0],
    ["2026-02-31", null, 0],
  ])("dated %s is of %s, as sure as %d", (text, value, confidence) => {
    expect(readReceipt(text).date).toEqual({ value, confidence });
  });
});

test("hostile text is read in a time that grows with its length only", () => {
  const piece = fc.constantFrom("total ", "1", ",", ".", " l", "/", "price ", "\n", "$", "-", "a");
  const long = fc
    .array(piece, { minLength: 5_000, maxLength: 10_000 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(long, (text) => {
      for (const { value, confidence } of Object.values(readReceipt(text))) {
        expect(confidence === 0).toBe(value === null);
      }
    }),
    { numRuns: 20 },
  );
});
