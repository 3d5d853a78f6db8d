import type { Clock } from "#platform/clock.ts";

import type { ToolServices } from "../ports.ts";
import { createMapboxAttractions } from "./attractions.ts";
import { createEiaFuelPrices } from "./eia-fuel-prices.ts";
import { combineFuelPrices, type FuelPrices } from "./fuel-prices.ts";
import type { Fetch } from "./json-client.ts";
import { createNswFuelPrices } from "./nsw-fuel-prices.ts";
import { createOpenMeteoPlaces } from "./places.ts";
import { createAnthropicReceiptReader } from "./receipt-reader.ts";
import { createMapboxRoutes } from "./routes.ts";
import { createOpenMeteo } from "./weather.ts";
import { createBraveSearch } from "./web-search.ts";

/** Where each service is asked; only tests and mirrors have others. */
export const SERVICE_URLS = {
  openMeteoForecast: "https://api.open-meteo.com",
  openMeteoArchive: "https://archive-api.open-meteo.com",
  openMeteoPlaces: "https://geocoding-api.open-meteo.com",
  mapbox: "https://api.mapbox.com",
  brave: "https://api.search.brave.com",
  eia: "https://api.eia.gov",
  nswFuel: "https://api.onegov.nsw.gov.au",
  anthropic: "https://api.anthropic.com",
} as const;

export type ServiceUrls = Readonly<Record<keyof typeof SERVICE_URLS, string>>;

/** Keys by service; a service whose key is absent is not there. Open-Meteo needs none. */
export interface ServiceKeys {
  readonly mapbox?: string | undefined;
  readonly brave?: string | undefined;
  readonly eia?: string | undefined;
  readonly nswFuel?: { readonly key: string; readonly secret: string } | undefined;
  readonly anthropic?: { readonly key: string; readonly model: string } | undefined;
}

export interface OutsideServicesOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly keys: ServiceKeys;
  readonly urls?: ServiceUrls;
}

function createFuelPrices({
  fetch,
  clock,
  keys,
  urls = SERVICE_URLS,
}: OutsideServicesOptions): FuelPrices | undefined {
  const sources: FuelPrices[] = [];
  if (keys.nswFuel !== undefined) {
    sources.push(createNswFuelPrices({ fetch, clock, baseUrl: urls.nswFuel, ...keys.nswFuel }));
  }
  if (keys.eia !== undefined) {
    sources.push(createEiaFuelPrices({ fetch, baseUrl: urls.eia, key: keys.eia }));
  }
  return sources.length === 0 ? undefined : combineFuelPrices(sources);
}

/** Every outside service that there is a key for. */
export function createOutsideServices(
  options: OutsideServicesOptions,
): Partial<Omit<ToolServices, "database">> {
  const { fetch, keys, urls = SERVICE_URLS } = options;
  const fuelPrices = createFuelPrices(options);
  const mapbox =
    keys.mapbox === undefined
      ? undefined
      : { fetch, baseUrl: urls.mapbox, accessToken: keys.mapbox };
  return {
    places: createOpenMeteoPlaces({ fetch, baseUrl: urls.openMeteoPlaces }),
    weather: createOpenMeteo({
      fetch,
      forecastUrl: urls.openMeteoForecast,
      archiveUrl: urls.openMeteoArchive,
    }),
    ...(mapbox && {
      routes: createMapboxRoutes(mapbox),
      attractions: createMapboxAttractions(mapbox),
    }),
    ...(keys.brave !== undefined && {
      webSearch: createBraveSearch({ fetch, baseUrl: urls.brave, key: keys.brave }),
    }),
    ...(fuelPrices && { fuelPrices }),
    ...(keys.anthropic && {
      receiptReader: createAnthropicReceiptReader({
        fetch,
        baseUrl: urls.anthropic,
        ...keys.anthropic,
      }),
    }),
  };
}
