import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";

import type { Attractions } from "./services/attractions.ts";
import type { FuelPrices } from "./services/fuel-prices.ts";
import type { Places } from "./services/places.ts";
import type { ReceiptReader } from "./services/receipt-reader.ts";
import type { Routes } from "./services/routes.ts";
import type { Weather } from "./services/weather.ts";
import type { WebSearch } from "./services/web-search.ts";

/** What tools work on beside their arguments. Each may be missing: a tool that needs it then says so. */
export interface ToolServices {
  readonly database: Database;
  readonly attractions: Attractions;
  readonly fuelPrices: FuelPrices;
  readonly places: Places;
  readonly receiptReader: ReceiptReader;
  readonly routes: Routes;
  readonly weather: Weather;
  readonly webSearch: WebSearch;
}

export type ServiceName = keyof ToolServices;

export interface ToolPorts extends Partial<ToolServices> {
  readonly clock: Clock;
}

/** What is missing, in the words of who runs the service. */
export const SERVICE_LABELS: Readonly<Record<ServiceName, string>> = {
  database: "a database",
  attractions: "a Mapbox access token",
  fuelPrices: "a key for fuel prices (EIA or NSW FuelCheck)",
  places: "a place search",
  receiptReader: "an Anthropic key, or the text of the receipt",
  routes: "a Mapbox access token",
  weather: "a weather service",
  webSearch: "a Brave Search key",
};
