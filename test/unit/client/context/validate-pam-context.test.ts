import { describe, expect, test } from "vitest";

import { validatePamContext } from "#client/index.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const ofUser = (fields: object) => ({ user_id: USER, ...fields });
const pathsOf = (context: unknown) =>
  validatePamContext(context).warnings.map(({ path, wanted }) => `${path} -> ${wanted}`);

test.each([
  [{ location: "Cairns" }, "location -> user_location"],
  [{ userId: USER }, "userId -> user_id"],
  [{ sessionId: "s" }, "sessionId -> session_id"],
  [{ userLocation: { lat: 1, lng: 2 } }, "userLocation -> user_location"],
  [{ vehicleInfo: {} }, "vehicleInfo -> vehicle_info"],
  [{ travelStyle: "slow" }, "travelStyle -> travel_style"],
  [{ latitude: 1 }, "latitude -> lat"],
  [{ longitude: 2 }, "longitude -> lng"],
  [{ user_location: { latitude: 1, city: "Cairns" } }, "user_location.latitude -> lat"],
  [{ user_location: { longitude: 1, city: "Cairns" } }, "user_location.longitude -> lng"],
])("%j has one warning", (fields, warning) => {
  const validation = validatePamContext(ofUser(fields));
  expect(pathsOf(ofUser(fields))).toEqual([warning]);
  expect(validation).toMatchObject({ valid: true, errors: [] });
});

test("a wrong name counts whatever its value, undefined apart", () => {
  expect(pathsOf(ofUser({ location: null, userId: "", latitude: undefined }))).toEqual([
    "location -> user_location",
    "userId -> user_id",
  ]);
});

test("a warning says in a sentence what was found and what is wanted", () => {
  expect(validatePamContext(ofUser({ userLocation: 1 })).warnings).toEqual([
    {
      level: "warning",
      code: "WRONG_NAME",
      path: "userLocation",
      wanted: "user_location",
      message: 'Context field has a wrong name: found "userLocation", wanted "user_location"',
    },
  ]);
});

test("long names beside the short ones are no fault", () => {
  const user_location = { lat: -16.9, lng: 145.7, latitude: -16.9, longitude: 145.7 };
  expect(validatePamContext(ofUser({ user_location }))).toEqual({
    valid: true,
    warnings: [],
    errors: [],
  });
});

describe("errors", () => {
  test.each([{ user_location: {} }, { user_location: { lat: 0, lng: 0 } }, { user_location: "x" }])(
    "%j has neither coordinates nor a city",
    (fields) => {
      const { valid, errors } = validatePamContext(ofUser(fields));
      expect(valid).toBe(false);
      expect(errors.map(({ code, path }) => [code, path])).toEqual([
        ["USER_LOCATION_EMPTY", "user_location"],
      ]);
    },
  );

  test.each([
    { user_location: { lat: 1 } },
    { user_location: { city: "Cairns" } },
    { user_location: { lat: 0, lng: 145 } },
    { user_location: null },
  ])("%j is place enough", (fields) => {
    expect(validatePamContext(ofUser(fields)).valid).toBe(true);
  });

  test.each([{}, { user_id: "" }, { user_id: null }, null, undefined, 7, "text", []])(
    "%j is nobody's",
    (context) => {
      const { errors } = validatePamContext(context);
      expect(errors.map(({ code }) => code)).toEqual(["USER_ID_MISSING"]);
    },
  );
});
