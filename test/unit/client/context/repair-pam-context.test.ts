import { expect, test } from "vitest";

import { repairPamContext } from "#client/index.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const CAIRNS = { lat: -16.9, lng: 145.7 };

function repaired(context: unknown): unknown {
  const repair = repairPamContext(context, USER);
  return repair.kind === "usable" ? repair.context : repair.errors.map(({ code }) => code);
}

test("every wrong name is sent as the right one, and what an application adds stays", () => {
  const context = {
    userId: "someone",
    sessionId: "s-1",
    userLocation: CAIRNS,
    vehicleInfo: { make: "Unimog" },
    travelStyle: "slow",
    is_voice: true,
  };
  expect(repairPamContext(context)).toMatchObject({ kind: "usable" });
  expect(repaired(context)).toEqual({
    user_id: USER,
    session_id: "s-1",
    user_location: CAIRNS,
    vehicle_info: { make: "Unimog" },
    travel_style: "slow",
    is_voice: true,
  });
});

test("a right name is not overwritten by a wrong one", () => {
  expect(
    repaired({ session_id: "right", sessionId: "wrong", user_id: "me", userId: "you" }),
  ).toEqual({ session_id: "right", user_id: "me" });
});

test("userLocation wins over user_location, as on the backend", () => {
  expect(repaired({ user_location: { city: "Perth" }, userLocation: CAIRNS })).toEqual({
    user_id: USER,
    user_location: CAIRNS,
  });
});

test("coordinates at the top, or under long names, become a place", () => {
  const wanted = { user_id: USER, user_location: CAIRNS };
  expect(repaired({ latitude: CAIRNS.lat, longitude: CAIRNS.lng })).toEqual(wanted);
  expect(repaired({ user_location: { latitude: CAIRNS.lat, longitude: CAIRNS.lng } })).toEqual(
    wanted,
  );
  expect(repaired({ userLocation: { latitude: CAIRNS.lat, longitude: CAIRNS.lng } })).toEqual(
    wanted,
  );
  expect(repaired({ location: CAIRNS })).toEqual(wanted);
});

test("what makes no place under a wrong name is left out", () => {
  expect(repaired({ location: "Perth", userLocation: {}, latitude: 0, longitude: 0 })).toEqual({
    user_id: USER,
  });
});

test("a place without coordinates or city under its right name is not sent", () => {
  expect(repaired({ user_location: { country: "Australia" } })).toEqual(["USER_LOCATION_EMPTY"]);
  expect(repaired({ user_location: "Perth" })).toEqual(["USER_LOCATION_EMPTY"]);
});

test("whose it is comes from the caller where the context does not say", () => {
  expect(repaired(undefined)).toEqual({ user_id: USER });
  expect(repairPamContext({}).kind).toBe("unusable");
});

test("the caller's object stays as it was", () => {
  const context = Object.freeze({ userLocation: Object.freeze({ latitude: 1, longitude: 2 }) });
  repaired(context);
  expect(context).toEqual({ userLocation: { latitude: 1, longitude: 2 } });
});

test("a function that would write the JSON is left out", () => {
  const context = { current_page: "trip", toJSON: () => "nothing" };
  expect(JSON.stringify(repaired(context))).toBe(`{"current_page":"trip","user_id":"${USER}"}`);
});
