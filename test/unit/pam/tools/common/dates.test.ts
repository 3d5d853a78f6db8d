import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  addDays,
  currentMonth,
  parseInstant,
  parseMonth,
  toInstant,
  today,
} from "#pam/tools/common/dates.ts";
import { createManualClock } from "#support/manual-clock.ts";

const inZone = (timeZone?: string) => ({ userId: "u", timeZone });

describe("a time without a zone is the caller's own", () => {
  test.each([
    ["2026-01-15T14:00:00", "Australia/Sydney", "2026-01-15T03:00:00.000Z"],
    ["2026-07-15T14:00:00", "Australia/Sydney", "2026-07-15T04:00:00.000Z"],
    ["2026-07-15 14:00", "America/Denver", "2026-07-15T20:00:00.000Z"],
    ["2026-07-15", "America/Denver", "2026-07-15T06:00:00.000Z"],
    ["2026-07-15T14:00:00", undefined, "2026-07-15T14:00:00.000Z"],
    ["2026-07-15T14:00:00", "Not/AZone", "2026-07-15T14:00:00.000Z"],
    ["2026-07-15T14:00:00Z", "America/Denver", "2026-07-15T14:00:00.000Z"],
    ["2026-07-15T14:00:00+02:00", "America/Denver", "2026-07-15T12:00:00.000Z"],
    // The last minute before, and the first after the clocks go forward in Denver.
    ["2026-03-08T01:59:00", "America/Denver", "2026-03-08T08:59:00.000Z"],
    ["2026-03-08T03:00:00", "America/Denver", "2026-03-08T09:00:00.000Z"],
    ["2026-01-15T14:00:00", "Asia/Kathmandu", "2026-01-15T08:15:00.000Z"],
  ])("%s in %s is %s", (text, timeZone, expected) => {
    expect(toInstant(text, inZone(timeZone)).toISOString()).toBe(expected);
  });

  test("written in a zone and read back there, it says the same", () => {
    const zones = fc.constantFrom("Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC");
    // Noon is never skipped nor repeated since Samoa went without the whole of 30 December 2011.
    const day = fc.date({
      min: new Date("2012-01-01"),
      max: new Date("2040-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, day, (timeZone, date) => {
        const text = `${date.toISOString().slice(0, 10)}T12:00:00`;
        const instant = toInstant(text, inZone(timeZone));
        const local = new Intl.DateTimeFormat("sv", {
          timeZone,
          dateStyle: "short",
          timeStyle: "medium",
        }).format(instant);
        expect(local.replace(" ", "T")).toBe(text);
      }),
    );
  });

  test("a time that no clock shows is refused by the name of its argument", () => {
    expect(() => parseInstant("start_date", "2026-01-01T25:00", inZone())).toThrow(
      'Invalid argument "start_date": there is no such time',
    );
  });
});

test("today is the caller's date, not the server's", () => {
  const clock = createManualClock(Date.UTC(2026, 2, 31, 20));
  expect(today({ clock, caller: inZone("Australia/Sydney") })).toBe("2026-04-01");
  expect(today({ clock, caller: inZone("America/Denver") })).toBe("2026-03-31");
});

test.each([
  [
    Date.UTC(2026, 1, 10),
    { firstDay: "2026-02-01", lastDay: "2026-02-28", days: 28, elapsedDays: 10 },
  ],
  [
    Date.UTC(2028, 1, 29),
    { firstDay: "2028-02-01", lastDay: "2028-02-29", days: 29, elapsedDays: 29 },
  ],
  [
    Date.UTC(2026, 11, 31),
    { firstDay: "2026-12-01", lastDay: "2026-12-31", days: 31, elapsedDays: 31 },
  ],
])("the month of %i is the calendar's", (now, expected) => {
  expect(currentMonth({ clock: createManualClock(now), caller: inZone() })).toEqual(expected);
});

test("days are counted over the ends of months and years", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});

test("a month is known by its name and by three letters", () => {
  expect(["July", "jul", "JULY", "may"].map((name) => parseMonth("month", name))).toEqual([
    7, 7, 7, 5,
  ]);
  expect(() => parseMonth("month", "ju")).toThrow(
    'Invalid argument "month": must be the name of a month, such as July or jul',
  );
});
