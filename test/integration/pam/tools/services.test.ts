import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { getToolFunctionMap } from "#pam/tools/registry.ts";
import { createBraveSearch } from "#pam/tools/services/web-search.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { startFakeServices, type FakeServices } from "./fake-services.ts";
import { createToolKit, failure, ME, NOW, type ToolKit } from "./tool-kit.ts";

const clock = createManualClock(NOW);
let services: FakeServices;
let kit: ToolKit;

beforeEach(async () => {
  services = await startFakeServices();
  kit = createToolKit({ clock, ...services.create(clock) });
});
afterEach(async () => services[Symbol.asyncDispose]());

const search = async (args: Readonly<Record<string, unknown>> = {}) =>
  kit.call("web_search", { query: "road news", ...args });

describe("a service that fails is named, with what is wrong", () => {
  test.each([
    [401, "NOT_CONFIGURED", "The web search refuses the key it was given"],
    [403, "NOT_CONFIGURED", "The web search refuses the key it was given"],
    [429, "LIMIT_REACHED", "The web search is asked too often just now"],
    [404, "UNAVAILABLE", "The web search answered with status 404"],
    [500, "UNAVAILABLE", "The web search answered with status 500"],
    [302, "UNAVAILABLE", "The web search cannot be reached"],
  ] as const)("by status %i", async (status, code, error) => {
    services.answer("/res/", () => ({ status, body: {} }));
    expect(await search()).toEqual(failure(code, error));
    expect(services.seen).toHaveLength(1);
  });

  test.each([
    ["that is no JSON", "<html>"],
    ["that is cut off", '{"web":{"results":['],
    ["of another shape", { web: { results: [{ title: 1 }] } }],
    ["with an address that is none", { web: { results: [{ title: "x", url: "nowhere" }] } }],
    ["of more than 2 MB", `{"web":{"results":[]},"padding":"${"x".repeat(2_100_000)}"}`],
  ])("by an answer %s", async (_what, body) => {
    services.answer("/res/", () => ({ body }));
    expect(await search()).toEqual(
      failure("UNAVAILABLE", "The web search sent an answer that cannot be read"),
    );
  });

  test.each([
    [204, "The web search sent an answer that cannot be read"],
    [503, "The web search answered with status 503"],
  ])("by an answer of status %i that has no body", async (status, error) => {
    const webSearch = createBraveSearch({
      baseUrl: "http://127.0.0.1:9",
      key: "key",
      fetch: async () => Promise.resolve(new Response(null, { status })),
    });
    const alone = createToolKit({ clock, webSearch });
    expect(await alone.call("web_search", { query: "x" })).toEqual(failure("UNAVAILABLE", error));
  });

  test("by not being there", async () => {
    const gone = services.create(clock);
    await services[Symbol.asyncDispose]();
    services = await startFakeServices();
    const alone = createToolKit({ clock, ...gone });
    expect(await alone.call("web_search", { query: "x" })).toEqual(
      failure("UNAVAILABLE", "The web search cannot be reached"),
    );
  });
});

describe("web_search", () => {
  test("gives pages without markup, numbered, with their source", async () => {
    expect(await search()).toEqual({
      success: true,
      query: "road news",
      search_type: null,
      location: null,
      total_results: 1,
      results: [
        {
          rank: 1,
          title: "Road news",
          url: "https://roads.example/news",
          snippet: "All open",
          source: "roads.example",
          search_engines: ["brave"],
        },
      ],
      engines_used: ["brave"],
      message: "Found 1 pages",
    });
    expect(services.seen[0]?.headers["x-subscription-token"]).toBe("brave-key");
    expect(services.seen[0]?.query.get("count")).toBe("10");
  });

  test.each([
    [{ num_results: 500 }, "20", "road news"],
    [{ num_results: 0 }, "1", "road news"],
    [{ search_type: "news" }, "10", "road news news"],
    [{ search_type: "how-to", location: "Dubbo" }, "10", "road news near Dubbo"],
  ])("with %j asks for %s pages by %j", async (args, count, query) => {
    await search(args);
    expect(services.seen[0]?.query.get("count")).toBe(count);
    expect(services.seen[0]?.query.get("q")).toBe(query);
  });

  test("that finds nothing says so", async () => {
    services.answer("/res/", () => ({ body: {} }));
    expect(await search()).toMatchObject({ results: [], message: "Nothing was found" });
  });
});

const forecastOf = async (location: string) =>
  (await kit.succeed("get_weather_forecast", { location, days: 1 }))["location"];

test("a place with a state or country after a comma is that one", async () => {
  expect(await forecastOf("Paris")).toBe("48.85, 2.35");
  expect(await forecastOf("Paris, Texas")).toBe("33.66, -95.55");
  expect(await forecastOf("Paris, Nowhere")).toBe("48.85, 2.35");
  expect(await forecastOf("-32.25, 148.6")).toBe("-32.25, 148.6");
});

test("a day that the weather service leaves incomplete is left out", async () => {
  services.answer("/v1/forecast", () => ({
    body: {
      daily: {
        time: ["2026-03-15", "2026-03-16"],
        weather_code: [1, 1],
        temperature_2m_max: [20],
        temperature_2m_min: [5, 5],
        precipitation_probability_max: [0, 0],
        precipitation_sum: [0, 0],
        wind_speed_10m_max: [7, 7],
      },
    },
  }));
  expect(await kit.succeed("get_weather_forecast", { location: "Moab" })).toMatchObject({
    forecast_days: 1,
    forecast: [{ date: "2026-03-15" }],
  });
});

describe("the climate of a month", () => {
  test("is the average of the last five years, the rain a month's", async () => {
    const result = await kit.succeed("seasonal_weather_check", {
      region: "Moab",
      month: "February",
    });
    expect(result).toMatchObject({
      matched_state: "Utah",
      month: "february",
      temperature_min_c: 21,
      temperature_max_c: 31,
      average_rainfall_mm: 160,
      averaged_years: [2021, 2022, 2023, 2024, 2025],
      travel_advisory: "Expect a wet month: unsealed roads may close",
      knowledge_context: [],
    });
    const spans = services.seen
      .filter(({ path }) => path === "/v1/archive")
      .map(({ query }) => `${query.get("start_date")}..${query.get("end_date")}`);
    expect(spans).toContain("2024-02-01..2024-02-29");
    expect(spans).toHaveLength(5);
  });

  test.each([
    [
      { temperature_2m_max: [40], temperature_2m_min: [20], precipitation_sum: [0] },
      "Expect very hot: travel early and plan for shade and power",
    ],
    [
      { temperature_2m_max: [5], temperature_2m_min: [-5], precipitation_sum: [0] },
      "Expect nights of frost: protect water lines",
    ],
    [
      { temperature_2m_max: [20], temperature_2m_min: [10], precipitation_sum: [1] },
      "Mild and dry enough for most travel",
    ],
  ])("of %j comes with advice", async (daily, advisory) => {
    services.answer("/v1/archive", () => ({ body: { daily } }));
    expect(
      await kit.succeed("seasonal_weather_check", { region: "Queensland", month: "jan" }),
    ).toMatchObject({ travel_advisory: advisory, matched_state: "Queensland, Australia" });
  });
});

test("a caller who leaves ends the request to the service", async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  const controller = new AbortController();
  const webSearch = createBraveSearch({
    baseUrl: "http://127.0.0.1:9",
    key: "key",
    async fetch(_url, init) {
      if (init?.signal) asked.resolve(init.signal);
      return new Promise(() => {});
    },
  });
  const callable = getToolFunctionMap({ clock, webSearch }).get("web_search");
  const result = callable?.({ query: "x" }, { userId: ME }, controller.signal);
  const signal = await asked.promise;
  controller.abort();
  expect(signal.aborted).toBe(true);
  expect(await result).toEqual(failure("CANCELLED", "web_search was cancelled"));
});
