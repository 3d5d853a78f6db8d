import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { ALL_KEYS, startFakeServices, type FakeServices } from "./fake-services.ts";
import { createToolKit, failure, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

const clock = createManualClock(NOW);
let opened: OpenDatabase;
let services: FakeServices;
let kit: ToolKit;
let keyless: ToolKit;
let bare: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
});
afterAll(async () => opened.close());

beforeEach(async () => {
  const { database } = opened;
  await database.deleteFrom("vehicles").execute();
  await database.deleteFrom("pam_savings_events").execute();
  services = await startFakeServices();
  kit = createToolKit({ clock, database, ...services.create(clock) });
  keyless = createToolKit({ clock, database, ...services.create(clock, {}) });
  bare = createToolKit({ clock });
});
afterEach(async () => services[Symbol.asyncDispose]());

const savings = async () => opened.database.selectFrom("pam_savings_events").selectAll().execute();

async function addVehicle(mpg: number): Promise<string> {
  const { id } = await opened.database
    .insertInto("vehicles")
    .values({ user_id: ME, name: "Van", fuel_consumption_mpg: mpg, is_primary: true })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

describe("find_cheap_gas", () => {
  test("gives real stations in New South Wales, and records the saving that is possible", async () => {
    const result = await kit.succeed("find_cheap_gas", { location: "Dubbo", radius_miles: 10 });
    expect(result).toMatchObject({
      region: "New South Wales (stations found)",
      regional_average: 1.899,
      currency: "AUD",
      unit: "litre",
      stations_found: 2,
      cheapest_price: 1.799,
      stations: [{ name: "Cheap Servo", price: 1.799 }, { name: "Dear Servo" }],
      stations_available: true,
      potential_savings: 5.68,
      potential_savings_recorded: true,
    });
    expect(await savings()).toMatchObject([
      {
        id: result["savings_opportunity_id"],
        user_id: ME,
        event_type: "gas",
        predicted_savings: 5.68,
        actual_savings: null,
      },
    ]);
    const asked = services.seen.find(({ path }) => path.startsWith("/FuelPriceCheck/"));
    expect(asked?.headers).toMatchObject({ apikey: "nsw-key", authorization: "Bearer nsw-token" });
    expect(JSON.parse(asked?.body ?? "")).toMatchObject({ fueltype: "U91", radius: "16" });
  });

  test("in the United States knows the average only, and says so", async () => {
    const result = await kit.succeed("find_cheap_gas", { location: "Moab", fuel_type: "diesel" });
    expect(result).toMatchObject({
      regional_average: 3.5,
      currency: "USD",
      unit: "gallon",
      stations: [],
      stations_available: false,
      cheapest_price: null,
      potential_savings_recorded: false,
      savings_opportunity_id: null,
      message: "The average is 3.5 USD a gallon; single stations are not known here",
    });
    expect(await savings()).toEqual([]);
    const asked = services.seen.find(({ path }) => path.startsWith("/v2/"));
    expect(asked?.query.get("facets[product][]")).toBe("EPD2D");
  });

  test("elsewhere invents no stations", async () => {
    expect(await kit.call("find_cheap_gas", { location: "Paris" })).toEqual(
      failure("NOT_FOUND", "No source of fuel prices covers Paris, Île-de-France, France"),
    );
  });

  test("notes no saving that is not worth it", async () => {
    services.answer("/FuelPriceCheck/", () => ({
      body: {
        stations: [
          {
            code: "1",
            name: "A",
            brand: "A",
            address: "-",
            location: { latitude: 0, longitude: 0, distance: 1 },
          },
        ],
        prices: [{ stationcode: "1", price: 180, lastupdated: "-" }],
      },
    }));
    expect(await kit.succeed("find_cheap_gas", { location: "Dubbo" })).toMatchObject({
      potential_savings: 0,
      potential_savings_recorded: false,
    });
  });

  test("without stations nearby has nothing to say", async () => {
    services.answer("/FuelPriceCheck/", () => ({ body: { stations: [], prices: [] } }));
    services.answer("/v2/", () => ({ body: { response: { data: [] } } }));
    expect(await kit.call("find_cheap_gas", { location: "Dubbo" })).toMatchObject({
      error_code: "NOT_FOUND",
    });
    expect(await kit.call("find_cheap_gas", { location: "Moab" })).toMatchObject({
      error_code: "NOT_FOUND",
    });
  });

  test("without any key says which it needs", async () => {
    expect(await keyless.call("find_cheap_gas", { location: "Moab" })).toEqual(
      failure(
        "NOT_CONFIGURED",
        "find_cheap_gas is not configured: it needs a key for fuel prices (EIA or NSW FuelCheck)",
      ),
    );
  });

  test("with one key asks the one source", async () => {
    const ports = services.create(clock, { eia: ALL_KEYS.eia });
    const one = createToolKit({ clock, database: opened.database, ...ports });
    expect(await one.succeed("find_cheap_gas", { location: "Moab" })).toMatchObject({
      regional_average: 3.5,
    });
    expect(await one.call("find_cheap_gas", { location: "Dubbo" })).toMatchObject({
      error_code: "NOT_FOUND",
    });
  });
});

describe("optimize_route", () => {
  const STOPS = { origin: "Dubbo", destination: "Moab", stops: ["Denver", "Paris"] };

  test.each(["cost", "time", "balanced"])(
    "by %s finds the better order and what it saves",
    async (goal) => {
      await addVehicle(10);
      services.answer("/v2/", () => ({ body: { response: { data: [{ value: 4 }] } } }));
      const route = { ...STOPS, origin: "Moab", destination: "Dubbo" };
      const result = await kit.succeed("optimize_route", { ...route, optimization_type: goal });
      expect(result).toMatchObject({
        original_route: { waypoints: ["Moab", "Denver", "Paris", "Dubbo"] },
        optimized_route: {
          waypoints: ["Moab", "Denver", "Paris", "Dubbo"],
          savings: { distance: 0 },
        },
        savings_opportunity_id: null,
        potential_savings_recorded: false,
      });
    },
  );

  test("records the fuel that a better order saves", async () => {
    await addVehicle(10);
    services.answer("/v2/", () => ({ body: { response: { data: [{ value: 4 }] } } }));
    const route = { origin: "Moab", destination: "Dubbo", stops: ["Paris", "Denver"] };
    const result = await kit.succeed("optimize_route", route);
    const { savings: saved } = Object(result["optimized_route"]);
    expect(result).toMatchObject({
      optimized_route: { waypoints: ["Moab", "Denver", "Paris", "Dubbo"] },
      potential_savings_recorded: true,
      message: "The best order is Moab, Denver, Paris, Dubbo",
    });
    expect(saved.distance).toBeGreaterThan(100);
    expect(saved.gas_cost).toBeCloseTo((saved.distance / 10) * 4, 2);
    expect(await savings()).toMatchObject([
      { event_type: "route", predicted_savings: saved.gas_cost, user_id: ME },
    ]);
  });

  test("whose fuel has no price saves distance, and records no money", async () => {
    const route = { origin: "Moab", destination: "Dubbo", stops: ["Paris", "Denver"] };
    const result = await kit.succeed("optimize_route", route);
    expect(result).toMatchObject({
      optimized_route: { savings: { gas_cost: null } },
      potential_savings_recorded: false,
    });
    expect(await savings()).toEqual([]);
  });

  test("between places that no road joins is not found", async () => {
    services.answer("/directions-matrix/", () => ({
      body: {
        distances: [
          [0, null],
          [null, 0],
        ],
        durations: [
          [0, null],
          [null, 0],
        ],
      },
    }));
    expect(await kit.call("optimize_route", { origin: "Moab", destination: "Dubbo" })).toEqual(
      failure("NOT_FOUND", "No road joins these places"),
    );
  });
});

describe("estimate_travel_time", () => {
  test.each([
    [
      { distance_miles: 55 },
      { driving_hours: 1, break_hours: 0, meal_hours: 0, total_hours: 1, suggested_days: 1 },
    ],
    [
      { distance_miles: 550 },
      { driving_hours: 10, break_hours: 1, meal_hours: 0.5, total_hours: 11.5, suggested_days: 2 },
    ],
    [
      { distance_miles: 550, include_breaks: false },
      { break_hours: 0, meal_hours: 0, total_hours: 10 },
    ],
  ])("of %j is %j", async (args, expected) => {
    const route = { origin: "A", destination: "B", ...args };
    expect(await bare.succeed("estimate_travel_time", route)).toMatchObject({
      ...expected,
      distance_source: "given",
    });
  });

  test("looks the distance up: by road, by the straight line, or not at all", async () => {
    const route = { origin: "Denver", destination: "Moab" };
    expect(await kit.succeed("estimate_travel_time", route)).toMatchObject({
      distance_miles: 353.6,
      driving_hours: 5.8,
      distance_source: "roads",
    });
    expect(await keyless.succeed("estimate_travel_time", route)).toMatchObject({
      distance_source: "straight line, plus a fifth",
    });
    expect(await bare.call("estimate_travel_time", route)).toEqual(
      failure(
        "INVALID_ARGUMENTS",
        'Invalid argument "distance_miles": give a distance: no place search is configured',
      ),
    );
  });

  test("between places without a road is not found", async () => {
    services.answer("/directions/", () => ({ body: { routes: [] } }));
    const route = { origin: "Denver", destination: "Dubbo" };
    expect(await kit.call("estimate_travel_time", route)).toMatchObject({
      error_code: "NOT_FOUND",
    });
  });
});

describe("find_attractions", () => {
  test("gives sights within the radius, the nearest first", async () => {
    const args = { location: "Moab", categories: ["National Parks", "museum"] };
    const result = await kit.succeed("find_attractions", args);
    expect(result).toMatchObject({
      categories: ["national_park", "museum"],
      attractions_found: 2,
      attractions: [
        { name: "The national_park", address: "Moab, Utah", distance_miles: 3.4 },
        { name: "The museum" },
      ],
    });
  });

  test("asks for sights, museums and parks where no kind is named", async () => {
    expect(await kit.succeed("find_attractions", { location: "Moab" })).toMatchObject({
      categories: ["tourist_attraction", "museum", "park"],
    });
  });
});

describe("a vehicle's economy", () => {
  test("is kept in both units, of the primary vehicle or the one named", async () => {
    const id = await addVehicle(8);
    const metric = await kit.succeed("update_vehicle_fuel_consumption", { l_per_100km: 10 });
    expect(metric).toMatchObject({
      vehicle_id: id,
      vehicle_name: "Van",
      fuel_consumption_mpg: 23.52,
      fuel_consumption_l_per_100km: 10,
    });
    const named = await kit.succeed("update_vehicle_fuel_consumption", { mpg: 12, vehicle_id: id });
    expect(named).toMatchObject({ fuel_consumption_mpg: 12, fuel_consumption_l_per_100km: 19.6 });
    const row = await opened.database.selectFrom("vehicles").selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ fuel_consumption_mpg: 12, fuel_consumption_source: "manual" });
  });

  test("changes one vehicle only", async () => {
    const first = await addVehicle(8);
    const second = await addVehicle(9);
    await kit.succeed("update_vehicle_fuel_consumption", { mpg: 12, vehicle_id: first });
    const rows = await opened.database
      .selectFrom("vehicles")
      .select(["id", "fuel_consumption_mpg"])
      .execute();
    expect(new Map(rows.map((row) => [row.id, row.fuel_consumption_mpg]))).toEqual(
      new Map([
        [first, 12],
        [second, 9],
      ]),
    );
  });

  test("of another user's vehicle cannot be set", async () => {
    const id = await addVehicle(8);
    const args = { mpg: 12, vehicle_id: id };
    expect(await kit.call("update_vehicle_fuel_consumption", args, { userId: OTHER })).toEqual(
      failure("NOT_FOUND", "The user has no such vehicle: add one first"),
    );
  });

  test("must be given", async () => {
    expect(await kit.call("update_vehicle_fuel_consumption")).toMatchObject({
      error: 'Invalid argument "mpg": give the economy in mpg or l_per_100km',
    });
  });
});

describe("a fuel receipt", () => {
  const PICTURE = { receipt_url: "http://169.254.169.254/latest/meta-data" };

  test("is read from the client's own text, and nothing is fetched", async () => {
    const args = { ...PICTURE, ocr_text: "BP\n40.00 L\n1.50/L\nTOTAL 60.00\n2026-03-14" };
    const result = await bare.succeed("scan_fuel_receipt_with_confidence", args);
    expect(result).toMatchObject({
      extracted: {
        total: 60,
        volume: 40,
        price: 1.5,
        date: "2026-03-14",
        method: "ocr_text",
        overall_confidence: 0.95,
      },
      confidence_analysis: { total: "high", odometer: "low" },
      requires_user_confirmation: true,
      approval_message: "Please confirm these figures before they are saved",
    });
  });

  test("is read from its picture by the model; its address is handed on, never fetched from here", async () => {
    const result = await kit.succeed("scan_fuel_receipt_with_confidence", PICTURE);
    expect(result).toMatchObject({ extracted: { total: 60, method: "vision" } });
    expect(services.seen.map(({ path }) => path)).toEqual(["/v1/messages"]);
    expect(services.seen[0]?.headers["x-api-key"]).toBe("anthropic-key");
    expect(JSON.parse(services.seen[0]?.body ?? "")).toMatchObject({
      model: "claude-test",
      max_tokens: 500,
      messages: [
        {
          content: [
            { type: "image", source: { type: "url", url: PICTURE.receipt_url } },
            { type: "text" },
          ],
        },
      ],
    });
  });

  test("that is unclear names what the user must check", async () => {
    const args = { ...PICTURE, ocr_text: "TOTAL 99.00\n40 L\n1.50/L" };
    expect(await bare.succeed("scan_fuel_receipt_with_confidence", args)).toMatchObject({
      approval_message: "Please check total, volume, price: the receipt does not say clearly",
    });
  });

  test("cannot be read from its picture without a key", async () => {
    expect(await keyless.call("scan_fuel_receipt_with_confidence", PICTURE)).toMatchObject({
      error_code: "NOT_CONFIGURED",
    });
  });
});
