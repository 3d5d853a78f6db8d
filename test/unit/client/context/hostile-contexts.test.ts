import fc from "fast-check";
import { expect, test } from "vitest";

import { repairPamContext, validatePamContext } from "#client/index.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const CLEAN = { valid: true, warnings: [], errors: [] };
const NAMES = [
  "location",
  "userId",
  "sessionId",
  "userLocation",
  "vehicleInfo",
  "travelStyle",
  "latitude",
  "longitude",
  "user_id",
  "user_location",
  "session_id",
  "vehicle_info",
  "travel_style",
  "lat",
  "lng",
  "city",
  "__proto__",
  "toJSON",
] as const;

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
const throwing = (): object =>
  Object.defineProperty({}, "user_location", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
const circular = (): object => {
  const circle: Record<string, unknown> = { user_id: USER };
  circle["user_location"] = circle;
  return circle;
};

const anyValue = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});
const leaf = fc.oneof(anyValue, fc.double(), fc.constantFrom(null, 0, "", "Cairns", USER));
const place = fc.dictionary(fc.constantFrom(...NAMES), leaf);
/** What has the names that matter, with anything in them. */
const context = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(leaf, place)),
  fc.json().map((text): unknown => JSON.parse(text)),
  anyValue,
);

test("validation takes any value and never throws", () => {
  fc.assert(
    fc.property(context, (value) => {
      const { valid, errors } = validatePamContext(value);
      expect(valid).toBe(errors.length === 0);
    }),
    { numRuns: 2000 },
  );
});

test("a repaired context has no fault left, and belongs to somebody", () => {
  fc.assert(
    fc.property(context, fc.option(fc.string(), { nil: undefined }), (value, userId) => {
      const repair = repairPamContext(value, userId);
      const left = repair.kind === "usable" ? validatePamContext(repair.context) : CLEAN;
      const owner = repair.kind === "usable" ? repair.context.user_id : USER;
      expect(left).toEqual(CLEAN);
      expect(owner).not.toBe("");
    }),
    { numRuns: 2000 },
  );
});

test("wrong names alone never keep a context from being sent", () => {
  fc.assert(
    fc.property(context, (value) => {
      const { errors } = validatePamContext(value);
      const isPlaceless = errors.some(({ code }) => code === "USER_LOCATION_EMPTY");
      expect(isPlaceless || repairPamContext(value, USER).kind === "usable").toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("repairing again changes nothing", () => {
  fc.assert(
    fc.property(context, (value) => {
      const first = repairPamContext(value, USER);
      const again = first.kind === "usable" ? repairPamContext(first.context) : first;
      expect(again).toEqual({ ...first, warnings: first.kind === "usable" ? [] : first.warnings });
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["a revoked proxy", revoked],
  ["a getter that throws", throwing],
  ["a circle", circular],
  ["a place that is a revoked proxy", () => ({ user_location: revoked() })],
  ["a place whose getter throws", () => ({ userLocation: throwing() })],
])("%s is no reason to throw", (_title, make) => {
  expect(validatePamContext(make())).toMatchObject({ valid: expect.any(Boolean) });
  expect(repairPamContext(make(), USER)).toMatchObject({ warnings: expect.any(Array) });
});
