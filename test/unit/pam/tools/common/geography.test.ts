import fc from "fast-check";
import { expect, test } from "vitest";

import { milesBetween, parsePoint, toPoint } from "#pam/tools/common/geography.ts";
import { containing } from "#pam/tools/common/like-pattern.ts";
import { parseCoordinates } from "#pam/tools/services/places.ts";

const coordinates = fc.record({
  latitude: fc
    .double({ min: -90, max: 90, noNaN: true })
    .map((value) => Math.round(value * 1e6) / 1e6 + 0),
  longitude: fc
    .double({ min: -180, max: 180, noNaN: true })
    .map((value) => Math.round(value * 1e6) / 1e6 + 0),
});

/** What PostGIS prints for a geography. */
function toExtendedBinary({
  latitude,
  longitude,
}: {
  latitude: number;
  longitude: number;
}): string {
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat64(0, longitude, true);
  view.setFloat64(8, latitude, true);
  const hex = Array.from(new Uint8Array(view.buffer), (byte) => byte.toString(16).padStart(2, "0"));
  return `0101000020E6100000${hex.join("").toUpperCase()}`;
}

test("a point is read back from text and from PostGIS's own form", () => {
  fc.assert(
    fc.property(coordinates, (point) => {
      expect(parsePoint(toExtendedBinary(point))).toEqual(point);
      const text = toPoint(point);
      fc.pre(!text.includes("e"));
      expect(parsePoint(text)).toEqual(point);
    }),
  );
});

test.each([null, "", "Moab, Utah", "POINT()", "POINT(1)", "0101000020E6100000"])(
  "%j is no point",
  (text) => {
    expect(parsePoint(text)).toBeUndefined();
  },
);

test("distances are those of the globe", () => {
  const moab = { latitude: 38.57, longitude: -109.55 };
  const denver = { latitude: 39.74, longitude: -104.98 };
  expect(milesBetween(moab, moab)).toBe(0);
  expect(milesBetween(moab, denver)).toBeGreaterThan(255);
  expect(milesBetween(moab, denver)).toBeLessThan(262);
  const poles = milesBetween({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 });
  expect(Math.round(poles)).toBe(12_437);
});

test.each([
  ["38.57, -109.55", { latitude: 38.57, longitude: -109.55 }],
  [" -32,148 ", { latitude: -32, longitude: 148 }],
  ["91, 0", undefined],
  ["0, 181", undefined],
  ["Moab, Utah", undefined],
])("%j as coordinates is %j", (text, expected) => {
  expect(parseCoordinates(text)).toEqual(expected);
});

test("a user's percent signs find themselves only", () => {
  expect(containing(String.raw`50%_\x`)).toBe(String.raw`%50\%\_\\x%`);
});
