import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { addDays, parseIsoDate } from "#concerns/analytics/savings/iso-date.ts";

const vectors = z
  .array(
    z.union([
      z.strictObject({ text: z.string(), day: z.string() }),
      z.strictObject({ text: z.string(), problem: z.string() }),
    ]),
  )
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "python-dates.json"), "utf8")));

describe("a date is read as Python 3.11 reads it", () => {
  test.each(vectors)("$text", ({ text, ...expected }) => {
    const reading = parseIsoDate(text);
    expect(reading.ok ? { day: reading.day } : { problem: reading.problem }).toEqual(expected);
  });

  test("every calendar day, with hyphens and without", () => {
    const day = fc.date({
      min: new Date("1000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        for (const text of [iso, iso.replaceAll("-", "")]) {
          expect(parseIsoDate(text)).toEqual({ ok: true, day: iso });
        }
      }),
    );
  });

  test("any text is a date or refused, in one of four sentences", () => {
    const outcome = /^(?:\d{4}-\d\d-\d\d$|Invalid isoformat string: |month |day |year )/u;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const reading = parseIsoDate(text);
        expect(reading.ok ? reading.day : reading.problem).toMatch(outcome);
      }),
    );
  });
});

test("30 days on cross months, and end where Python's calendar ends", () => {
  expect(addDays("2024-02-01", 30)).toBe("2024-03-02");
  expect(addDays("9999-12-01", 30)).toBe("9999-12-31");
  expect(addDays("9999-12-02", 30)).toBeUndefined();
});
