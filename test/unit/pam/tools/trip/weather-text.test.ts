import { expect, test } from "vitest";

import { hazardsOf, toDescription } from "#pam/tools/trip/weather-text.ts";

const MILD = {
  date: "2026-03-15",
  highC: 20,
  lowC: 10,
  weatherCode: 0,
  precipitationPercent: 0,
  precipitationMm: 0,
  windMaxKmh: 10,
};

test.each([
  [{}, []],
  [{ weatherCode: 67 }, ["ice"]],
  [{ lowC: -1, precipitationMm: 2 }, ["ice"]],
  [{ lowC: -1 }, []],
  [{ weatherCode: 75 }, ["snow"]],
  [{ weatherCode: 65 }, ["heavy-rain"]],
  [{ weatherCode: 99, windMaxKmh: 80 }, ["storm", "wind"]],
  [{ weatherCode: 45 }, ["fog"]],
  [{ highC: 41 }, ["heat"]],
])("a day with %j means %j", (change, expected) => {
  expect(hazardsOf({ ...MILD, ...change }).map(({ kind }) => kind)).toEqual(expected);
});

test("a weather code has words, and one that is not known says so", () => {
  expect(toDescription(63)).toBe("Rain");
  expect(toDescription(42)).toBe("Weather code 42");
});
