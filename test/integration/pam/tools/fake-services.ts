import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

import type { ToolServices } from "#pam/tools/ports.ts";
import {
  createOutsideServices,
  SERVICE_URLS,
  type ServiceKeys,
} from "#pam/tools/services/outside-services.ts";
import type { Clock } from "#platform/clock.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly body: unknown;
}

type Answerer = (request: SeenRequest) => FakeAnswer;

export interface FakeServices extends AsyncDisposable {
  readonly seen: SeenRequest[];
  /** Answers a path that begins so; later words win over earlier ones. */
  answer(pathPrefix: string, answerer: Answerer): void;
  create(clock: Clock, keys?: ServiceKeys): Partial<Omit<ToolServices, "database">>;
}

export const ALL_KEYS: ServiceKeys = {
  mapbox: "mapbox-token",
  brave: "brave-key",
  eia: "eia-key",
  nswFuel: { key: "nsw-key", secret: "nsw-secret" },
  anthropic: { key: "anthropic-key", model: "claude-test" },
};

const PLACES: Readonly<Record<string, readonly object[]>> = {
  Moab: [
    { name: "Moab", latitude: 38.57, longitude: -109.55, admin1: "Utah", country: "United States" },
  ],
  Denver: [
    {
      name: "Denver",
      latitude: 39.74,
      longitude: -104.98,
      admin1: "Colorado",
      country: "United States",
    },
  ],
  Dubbo: [
    {
      name: "Dubbo",
      latitude: -32.25,
      longitude: 148.6,
      admin1: "New South Wales",
      country: "Australia",
    },
  ],
  Queensland: [{ name: "Queensland", latitude: -22, longitude: 144, country: "Australia" }],
  Paris: [
    { name: "Paris", latitude: 48.85, longitude: 2.35, admin1: "Île-de-France", country: "France" },
    {
      name: "Paris",
      latitude: 33.66,
      longitude: -95.55,
      admin1: "Texas",
      country: "United States",
    },
  ],
};

const ok = (body: unknown): FakeAnswer => ({ body });

function forecast({ query }: SeenRequest): FakeAnswer {
  const days = Number(query.get("forecast_days"));
  const list = <T>(value: T): T[] => Array.from({ length: days }, () => value);
  return ok({
    daily: {
      time: list(0).map((_zero, index) => `2026-03-${String(15 + index).padStart(2, "0")}`),
      weather_code: list(2),
      temperature_2m_max: list(24.5),
      temperature_2m_min: list(11),
      precipitation_probability_max: list(10),
      precipitation_sum: list(0),
      wind_speed_10m_max: list(18),
    },
  });
}

/** Distances of a matrix in which the straight order 0, 1, 2, … is the best one. */
function matrix({ path }: SeenRequest): FakeAnswer {
  const places = path.split("/").at(-1)?.split(";") ?? [];
  const longitudes = places.map((place) => Number(place.split(",")[0]));
  const distances = longitudes.map((from) => longitudes.map((to) => Math.abs(from - to) * 100_000));
  return ok({ distances, durations: distances.map((row) => row.map((meters) => meters / 25)) });
}

const DEFAULTS: readonly (readonly [string, Answerer])[] = [
  ["/v1/search", ({ query }) => ok({ results: PLACES[query.get("name") ?? ""] })],
  ["/v1/forecast", forecast],
  [
    "/v1/archive",
    () =>
      ok({
        daily: {
          temperature_2m_max: [30, 32, null],
          temperature_2m_min: [20, 22, 21],
          precipitation_sum: [0, 100, 60],
        },
      }),
  ],
  ["/directions/v5/", () => ok({ routes: [{ distance: 569_000, duration: 20_880 }] })],
  ["/directions-matrix/v1/", matrix],
  [
    "/search/searchbox/v1/category/",
    ({ path }) =>
      ok({
        features: [
          {
            properties: {
              mapbox_id: path,
              name: `The ${path.split("/").at(-1)}`,
              place_formatted: "Moab, Utah",
              poi_category: ["sight"],
              coordinates: { latitude: 38.6, longitude: -109.6 },
            },
          },
          {
            properties: {
              mapbox_id: "far",
              name: "Far away",
              coordinates: { latitude: 45, longitude: -100 },
            },
          },
        ],
      }),
  ],
  [
    "/res/v1/web/search",
    () =>
      ok({
        web: {
          results: [
            {
              title: "<b>Road</b> news",
              url: "https://roads.example/news",
              description: "All <strong>open</strong>",
            },
          ],
        },
      }),
  ],
  ["/v2/petroleum/", () => ok({ response: { data: [{ period: "2026-03-09", value: "3.5" }] } })],
  ["/oauth/", () => ok({ access_token: "nsw-token" })],
  [
    "/FuelPriceCheck/",
    () =>
      ok({
        stations: [
          {
            code: 1,
            name: "Dear Servo",
            brand: "A",
            address: "1 High St",
            location: { latitude: -32.2, longitude: 148.6, distance: 1 },
          },
          {
            code: "2",
            name: "Cheap Servo",
            brand: "B",
            address: "2 Low St",
            location: { latitude: -32.3, longitude: 148.6, distance: 2 },
          },
        ],
        prices: [
          { stationcode: "1", fueltype: "U91", price: 199.9, lastupdated: "15/03/2026 10:00:00" },
          { stationcode: 2, fueltype: "U91", price: 179.9, lastupdated: "15/03/2026 09:00:00" },
          { stationcode: 9, fueltype: "U91", price: 1, lastupdated: "15/03/2026 09:00:00" },
        ],
      }),
  ],
  [
    "/v1/messages",
    () => ok({ content: [{ type: "text", text: "TOTAL $60.00\n40.00 L\n1.50/L" }] }),
  ],
];

/** All outside services on one port of this machine, each by its own paths. */
export async function startFakeServices(): Promise<FakeServices> {
  const seen: SeenRequest[] = [];
  const answerers: (readonly [string, Answerer])[] = [...DEFAULTS];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://fake");
      const { method = "GET", headers } = request;
      const one = {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers,
        body: await text(request),
      };
      seen.push(one);
      const found = answerers.findLast(([prefix]) => url.pathname.startsWith(prefix));
      const { status = 200, body } = found?.[1](one) ?? { status: 404, body: {} };
      response.writeHead(status, { "content-type": "application/json", location: "/elsewhere" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const base = `http://127.0.0.1:${port}`;
  const urls = { ...SERVICE_URLS };
  for (const name of Object.keys(urls)) Object.assign(urls, { [name]: base });
  return {
    seen,
    answer: (prefix, answerer) => void answerers.push([prefix, answerer]),
    create: (clock, keys = ALL_KEYS) => createOutsideServices({ fetch, clock, keys, urls }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
