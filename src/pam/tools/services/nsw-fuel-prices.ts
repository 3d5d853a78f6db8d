import { z } from "zod";

import type { Clock } from "#platform/clock.ts";

import type { FuelPrices, FuelStation, FuelType } from "./fuel-prices.ts";
import { createJsonClient, type Fetch } from "./json-client.ts";

const FUEL_CODES: Readonly<Record<FuelType, string>> = {
  regular: "U91",
  premium: "P98",
  diesel: "DL",
};

const tokenSchema = z.object({ access_token: z.string() });
const answerSchema = z.object({
  stations: z.array(
    z.object({
      code: z.union([z.string(), z.number()]).transform(String),
      name: z.string(),
      brand: z.string(),
      address: z.string(),
      location: z.object({ latitude: z.number(), longitude: z.number(), distance: z.number() }),
    }),
  ),
  prices: z.array(
    z.object({
      stationcode: z.union([z.string(), z.number()]).transform(String),
      price: z.number(),
      lastupdated: z.string(),
    }),
  ),
});

/** Cents a litre to dollars a litre. */
const toDollars = (cents: number): number => Math.round(cents * 10) / 1_000;

export interface NswFuelOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly key: string;
  readonly secret: string;
  readonly clock: Clock;
}

/** The FuelCheck service of New South Wales: every station's own price. */
export function createNswFuelPrices({
  fetch,
  baseUrl,
  key,
  secret,
  clock,
}: NswFuelOptions): FuelPrices {
  const ask = createJsonClient({ service: "NSW FuelCheck", baseUrl, fetch });

  async function getToken(signal: AbortSignal): Promise<string> {
    const { access_token } = await ask({
      path: "/oauth/client_credential/accesstoken",
      query: { grant_type: "client_credentials" },
      headers: { authorization: `Basic ${btoa(`${key}:${secret}`)}` },
      schema: tokenSchema,
      signal,
    });
    return access_token;
  }

  return {
    async near({ center, country, radiusKm, fuelType }, signal) {
      if (country !== "Australia") return undefined;
      const token = await getToken(signal);
      const { stations, prices } = await ask({
        path: "/FuelPriceCheck/v1/fuel/prices/nearby",
        headers: {
          apikey: key,
          authorization: `Bearer ${token}`,
          transactionid: String(clock.now()),
          requesttimestamp: new Date(clock.now()).toISOString(),
        },
        body: {
          fueltype: FUEL_CODES[fuelType],
          latitude: String(center.latitude),
          longitude: String(center.longitude),
          radius: String(Math.round(radiusKm)),
          sortby: "price",
          sortascending: "true",
        },
        schema: answerSchema,
        signal,
      });
      const found = prices.flatMap(({ stationcode, price, lastupdated }): FuelStation[] => {
        const station = stations.find(({ code }) => code === stationcode);
        if (station === undefined) return [];
        const { name, brand, address, location } = station;
        const { latitude, longitude, distance } = location;
        const at = { latitude, longitude, distanceKm: distance, updatedAt: lastupdated };
        return [{ name, brand, address, price: toDollars(price), ...at }];
      });
      if (found.length === 0) return undefined;
      const price = found.reduce((sum, station) => sum + station.price, 0) / found.length;
      return {
        average: {
          price: Math.round(price * 1_000) / 1_000,
          currency: "AUD",
          unit: "litre",
          region: "New South Wales (stations found)",
        },
        stations: found.toSorted((left, right) => left.price - right.price),
      };
    },
  };
}
