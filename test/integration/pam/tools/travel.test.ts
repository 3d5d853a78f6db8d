import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { startFakeServices, type FakeServices } from "./fake-services.ts";
import { createToolKit, failure, ME, NOW, type ToolKit } from "./tool-kit.ts";

const clock = createManualClock(NOW);
let opened: OpenDatabase;
let services: FakeServices;
/** Every service is there. */
let kit: ToolKit;
/** Only those that need no key. */
let keyless: ToolKit;
/** Nothing but the database. */
let bare: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  services = await startFakeServices();
  const { database } = opened;
  kit = createToolKit({ clock, database, ...services.create(clock) });
  keyless = createToolKit({ clock, database, ...services.create(clock, {}) });
  bare = createToolKit({ clock, database });
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await opened.close();
});
beforeEach(async () => {
  for (const table of ["vehicles", "campgrounds", "profiles", "user_trips"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await opened.database.deleteFrom(table).execute();
  }
});

async function addVehicle(fields: Readonly<Record<string, unknown>>): Promise<void> {
  await opened.database
    .insertInto("vehicles")
    .values({ user_id: ME, name: "Van", is_primary: true, ...fields })
    .execute();
}

async function addPark(
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await opened.database
    .insertInto("campgrounds")
    .values({ name, address: "Somewhere", ...fields })
    .execute();
}

const names = (parks: unknown): unknown =>
  Array.isArray(parks) ? parks.map((park: { name: string }) => park.name) : parks;

describe("plan_trip", () => {
  test("estimates by road, vehicle and prices, and puts the trip on the map", async () => {
    await addVehicle({ fuel_consumption_mpg: 10 });
    await addPark("A", { price_per_night: 30 });
    await addPark("B", { price_per_night: 50 });
    services.answer("/directions/v5/", () => ({
      body: { routes: [{ distance: 1_609_344, duration: 61_200 }] },
    }));
    const args = {
      origin: "Denver",
      destination: "Moab",
      stops: ["Paris, Texas"],
      budget: 400,
      start_date: "2026-05-01",
    };
    const { trip, estimates, map_action } = await kit.succeed("plan_trip", args);
    expect(estimates).toEqual({
      gas: 350,
      lodging: 80,
      total: 430,
      budget_status: "over",
      distance_miles: 1_000,
      duration_hours: 17,
      distance_source: "roads",
      missing: [],
    });
    expect(trip).toMatchObject({
      user_id: ME,
      title: "Denver to Moab",
      status: "planning",
      trip_type: "road_trip",
      start_date: "2026-05-01",
      total_budget: 400,
      metadata: { origin: "Denver", stops: ["Paris, Texas"], distance_miles: 1_000 },
    });
    expect(map_action).toMatchObject({
      type: "REPLACE_ROUTE",
      waypoints: [
        { name: "Denver, Colorado, United States" },
        { name: "Paris, Texas, United States", latitude: 33.66 },
        { name: "Moab, Utah, United States" },
      ],
    });
  });

  test("says what it cannot know, and makes nothing up", async () => {
    const { estimates, map_action, message } = await bare.succeed("plan_trip", {
      origin: "Denver",
      destination: "Moab",
      budget: 400,
    });
    expect(estimates).toEqual({
      gas: null,
      lodging: null,
      total: null,
      budget_status: "unknown",
      distance_miles: null,
      duration_hours: null,
      distance_source: null,
      missing: [
        "distance: the map does not know these places or a road between them",
        "fuel: the vehicle's economy or a fuel price is not known",
        "lodging: no price of a night is known",
      ],
    });
    expect(map_action).toBeNull();
    expect(message).toBe("Saved the trip from Denver to Moab");
  });

  test("without a map measures the straight line and says so", async () => {
    const { estimates } = await keyless.succeed("plan_trip", {
      origin: "Denver",
      destination: "Moab",
    });
    expect(estimates).toMatchObject({
      distance_source: "straight line, plus a fifth",
      lodging: 0,
      gas: null,
      missing: ["fuel: the vehicle's economy or a fuel price is not known"],
    });
  });

  test.each([
    ["/v1/search", "Atlantis", { body: {} }],
    ["/v1/search", "Moab", { status: 503, body: {} }],
    ["/directions/", "Moab", { status: 500, body: {} }],
    ["/directions/", "Moab", { body: { routes: [] } }],
  ])("is saved all the same where %s to %s answers %j", async (path, destination, answer) => {
    await using faulty = await startFakeServices();
    faulty.answer(path, () => answer);
    const one = createToolKit({ clock, database: opened.database, ...faulty.create(clock) });
    const { trip, estimates } = await one.succeed("plan_trip", { origin: "Denver", destination });
    expect(trip).toMatchObject({
      title: `Denver to ${destination}`,
      metadata: { distance_miles: null },
    });
    expect(estimates).toMatchObject({ distance_miles: null, budget_status: "unknown" });
  });
});

describe("find_rv_parks", () => {
  beforeEach(async () => {
    await addPark("Near", {
      location: "POINT(-109.5 38.6)",
      amenities: ["Free Wifi", "Water"],
      price_per_night: 40,
    });
    await addPark("Far", {
      location: "POINT(-104.98 39.74)",
      amenities: ["wifi"],
      price_per_night: 20,
    });
    await addPark("Named", { address: "2 Main St, Moab, Utah", price_per_night: 30 });
    await addPark("Elsewhere", { address: "Perth" });
  });

  test.each([
    [{}, ["Near", "Named"]],
    [{ radius_miles: 500 }, ["Near", "Far", "Named"]],
    [{ amenities: ["wifi"] }, ["Near"]],
    [{ max_price: 35 }, ["Named"]],
  ])("with %j gives parks of the place only, the nearest first: %j", async (args, expected) => {
    const { parks, parks_found } = await kit.succeed("find_rv_parks", {
      location: "Moab",
      ...args,
    });
    expect(names(parks)).toEqual(expected);
    expect(parks_found).toBe(expected.length);
  });

  test("without a place search goes by the address", async () => {
    const { parks } = await bare.succeed("find_rv_parks", { location: "Moab, Utah" });
    expect(names(parks)).toEqual(["Named"]);
  });

  test("goes by the address where the place search is away", async () => {
    await using faulty = await startFakeServices();
    faulty.answer("/v1/search", () => ({ status: 503, body: {} }));
    const one = createToolKit({ clock, database: opened.database, ...faulty.create(clock) });
    expect(
      names((await one.succeed("find_rv_parks", { location: "Moab, Utah" }))["parks"]),
    ).toEqual(["Named"]);
  });

  test("for an unknown place finds none, rather than any", async () => {
    expect(await kit.succeed("find_rv_parks", { location: "Atlantis" })).toMatchObject({
      parks: [],
      message: "No park near Atlantis is on the list",
    });
  });
});

describe("get_weather_forecast", () => {
  test("gives the days asked for, of the place asked for", async () => {
    const result = await kit.succeed("get_weather_forecast", { location: "Moab", days: 10 });
    expect(result).toMatchObject({
      location: "38.57, -109.55",
      forecast_days: 10,
      data_source: "Open-Meteo",
      travel_recommendations: [],
      advice: "Nothing in the forecast speaks against driving",
    });
    expect(result["forecast"]).toContainEqual({
      day: "Sunday",
      date: "2026-03-15",
      temperature_high: 24.5,
      temperature_low: 11,
      unit: "C",
      description: "Partly cloudy",
      precipitation_chance: 10,
      wind_speed_max: 18,
    });
  });

  test("without a place is about where the user is", async () => {
    const position = { latitude: -32.25, longitude: 148.6 };
    const result = await kit.succeed("get_weather_forecast", {}, { position });
    expect(result).toMatchObject({ location: "-32.25, 148.6", forecast_days: 7 });
    expect(await kit.call("get_weather_forecast")).toEqual(
      failure(
        "INVALID_ARGUMENTS",
        'Invalid argument "location": name a place: where the user is is not known',
      ),
    );
  });

  test("warns of days that are hard on a high vehicle", async () => {
    services.answer("/v1/forecast", () => ({
      body: {
        daily: {
          time: ["2026-03-15"],
          weather_code: [95],
          temperature_2m_max: [20],
          temperature_2m_min: [5],
          precipitation_probability_max: [null],
          precipitation_sum: [30],
          wind_speed_10m_max: [75],
        },
      },
    }));
    const result = await kit.succeed("get_weather_forecast", { location: "Moab", days: 1 });
    expect(result["travel_recommendations"]).toEqual([
      "Sunday 2026-03-15: thunderstorms: plan to be parked",
      "Sunday 2026-03-15: wind up to 75 km/h: hard on high vehicles",
    ]);
    expect(result["forecast"]).toMatchObject([{ precipitation_chance: null }]);
    expect(
      await kit.succeed("get_road_conditions", { location: "Moab", route: "US-191" }),
    ).toMatchObject({
      route: "US-191",
      start_location: "Moab, Utah, United States",
      conditions: {
        overall_status: "take care",
        alerts: [{ type: "storm" }, { type: "wind" }],
        weather_impacts: { precipitation_mm: 30 },
        traffic_level: null,
      },
      alert_count: 2,
      message: expect.stringContaining("no source of closures, roadworks or traffic"),
    });
  });
});

describe("calculate_gas_cost", () => {
  test("takes miles or kilometres", async () => {
    const args = { distance_miles: 100, mpg: 20, gas_price: 4 };
    expect(await bare.succeed("calculate_gas_cost", args)).toMatchObject({
      gallons_needed: 5,
      total_cost: 20,
      cost_estimate: 20,
      cost_per_mile: 0.2,
      message: "Fuel for 100 miles costs about $20.00",
    });
    const metric = { distance_km: 160.934_4, mpg: 20, gas_price: 4 };
    expect(await bare.succeed("calculate_gas_cost", metric)).toMatchObject({
      distance_miles: 100,
      total_cost: 20,
      message: "Fuel for 160.9344 km costs about $20.00",
    });
  });

  test("takes the vehicle's economy, the primary one's, in whatever unit it is on file", async () => {
    await addVehicle({ name: "Old", is_primary: null, fuel_consumption_mpg: 5 });
    await addVehicle({ name: "Main", fuel_consumption_l_per_100km: 11.760_729_15 });
    const result = await bare.succeed("calculate_gas_cost", { distance_miles: 20, gas_price: 4 });
    expect(result).toMatchObject({ mpg: 20, total_cost: 4 });
  });

  test("takes the price of the region in the user's profile", async () => {
    await opened.database.insertInto("profiles").values({ id: ME, region: "Dubbo" }).execute();
    const args = { distance_miles: 10, mpg: 10 };
    expect(await kit.succeed("calculate_gas_cost", args)).toMatchObject({
      gas_price_per_gallon: 7.188,
      total_cost: 7.19,
    });
    services.answer("/v1/search", () => ({ status: 503, body: {} }));
    expect(await kit.call("calculate_gas_cost", args)).toMatchObject({
      error: 'Invalid argument "gas_price": give a price per gallon: the local price is not known',
    });
  });

  test.each([
    [
      { mpg: 10, gas_price: 4 },
      'Invalid argument "distance_miles": give a distance in miles or km',
    ],
    [
      { distance_miles: 10, gas_price: 4 },
      `Invalid argument "mpg": give a fuel economy: the user's vehicle has none on file`,
    ],
    [
      { distance_miles: 10, mpg: 10 },
      'Invalid argument "gas_price": give a price per gallon: the local price is not known',
    ],
    [{ distance_miles: 10, mpg: 60 }, 'Invalid argument "mpg": must be at least 1 and at most 50'],
  ])("with %j asks for what it lacks", async (args, error) => {
    expect(await bare.call("calculate_gas_cost", args)).toEqual(
      failure("INVALID_ARGUMENTS", error),
    );
  });
});
