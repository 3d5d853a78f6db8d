import { expect, test } from "vitest";

import { readTravelContext } from "#pam/plans/index.ts";

const van = { type: "van" };

test.each([
  ["by its own key", { is_rv_traveler: true }],
  ["by the RV context", { rv_context: { is_rv_traveler: true } }],
])("an RV traveller is known %s", (_, client) => {
  expect(readTravelContext(client, "Go to Tucson")).toEqual({
    isRvTrip: true,
    context: {
      ...client,
      travel_mode: "RV",
      requires_rv_planning: true,
      implicit_rv_context: true,
    },
  });
});

test("what the goal says for itself is not added to it", () => {
  const { context } = readTravelContext({ is_rv_traveler: true }, "Take the caravan to Tucson");
  expect(context).not.toHaveProperty("implicit_rv_context");
});

test("the vehicle is a constraint, the RV context's before the user's", () => {
  const both = { is_rv_traveler: true, vehicle_info: "car", rv_context: { vehicle_info: van } };
  expect(readTravelContext(both, "Go").context["vehicle_constraints"]).toEqual(van);
  const one = { is_rv_traveler: true, vehicle_info: "car" };
  expect(readTravelContext(one, "Go").context["vehicle_constraints"]).toBe("car");
});

test.each([
  ["nothing", {}],
  ["no", { is_rv_traveler: false, rv_context: { is_rv_traveler: false } }],
  ["something else than yes", { is_rv_traveler: "yes", rv_context: [true] }],
])("a context that says %s is left as it is", (_, client) => {
  expect(readTravelContext(client, "Go")).toEqual({ isRvTrip: false, context: client });
});
