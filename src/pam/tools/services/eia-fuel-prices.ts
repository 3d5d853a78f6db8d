import { z } from "zod";

import type { FuelPrices, FuelType } from "./fuel-prices.ts";
import { createJsonClient, type Fetch } from "./json-client.ts";

/** EIA's product codes of weekly retail prices. */
const PRODUCTS: Readonly<Record<FuelType, string>> = {
  regular: "EPMR",
  premium: "EPMP",
  diesel: "EPD2D",
};

const answerSchema = z.object({
  response: z.object({ data: z.array(z.object({ value: z.coerce.number() })) }),
});

export interface EiaOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly key: string;
}

/** The US government's weekly average. It knows no single stations. */
export function createEiaFuelPrices({ fetch, baseUrl, key }: EiaOptions): FuelPrices {
  const ask = createJsonClient({ service: "The EIA", baseUrl, fetch });
  return {
    async near({ country, fuelType }, signal) {
      if (country !== "United States") return undefined;
      const { response } = await ask({
        path: "/v2/petroleum/pri/gnd/data/",
        query: {
          api_key: key,
          frequency: "weekly",
          "data[0]": "value",
          "facets[product][]": PRODUCTS[fuelType],
          "facets[duoarea][]": "NUS",
          "sort[0][column]": "period",
          "sort[0][direction]": "desc",
          length: 1,
        },
        schema: answerSchema,
        signal,
      });
      const [newest] = response.data;
      if (newest === undefined) return undefined;
      const region = "United States (weekly average)";
      return {
        average: { price: newest.value, currency: "USD", unit: "gallon", region },
        stations: undefined,
      };
    },
  };
}
