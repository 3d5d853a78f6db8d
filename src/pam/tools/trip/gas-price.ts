import { ifAvailable } from "../common/if-available.ts";
import type { FuelPrice, FuelPrices } from "../services/fuel-prices.ts";
import type { Place } from "../services/places.ts";
import { LITRES_PER_GALLON } from "./vehicle.ts";

/** What a US gallon costs around a place; `undefined` where no source says so. */
export async function findGallonPrice(
  fuelPrices: FuelPrices | undefined,
  place: Place,
  signal: AbortSignal,
): Promise<number | undefined> {
  const search = {
    center: place,
    country: place.country,
    radiusKm: 40,
    fuelType: "regular",
  } as const;
  const report = await ifAvailable(fuelPrices?.near(search, signal));
  return report === undefined ? undefined : toGallonPrice(report.average);
}

function toGallonPrice({ price, unit }: FuelPrice): number {
  return unit === "litre" ? Math.round(price * LITRES_PER_GALLON * 1_000) / 1_000 : price;
}
