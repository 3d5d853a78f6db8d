import type { Coordinates } from "./places.ts";

export type FuelType = "regular" | "diesel" | "premium";

export interface FuelStation extends Coordinates {
  readonly name: string;
  readonly brand: string;
  readonly address: string;
  readonly price: number;
  readonly distanceKm: number;
  /** As the source writes it. */
  readonly updatedAt: string;
}

export interface FuelPrice {
  readonly price: number;
  readonly currency: "AUD" | "USD";
  readonly unit: "litre" | "gallon";
  /** The area the price is an average of, or in which the stations lie. */
  readonly region: string;
}

export interface FuelSearch {
  readonly center: Coordinates;
  /** English name of the country, where it is known. */
  readonly country: string | undefined;
  readonly radiusKm: number;
  readonly fuelType: FuelType;
}

/** `stations` is `undefined` where no source knows single stations of the area. */
export interface FuelReport {
  readonly average: FuelPrice;
  readonly stations: readonly FuelStation[] | undefined;
}

export interface FuelPrices {
  /** `undefined` where no source covers the area. */
  near(search: FuelSearch, signal: AbortSignal): Promise<FuelReport | undefined>;
}

/** Asks each source in turn; the first that covers the area answers. */
export function combineFuelPrices(sources: readonly FuelPrices[]): FuelPrices {
  return {
    async near(search, signal) {
      for (const source of sources) {
        // oxlint-disable-next-line no-await-in-loop -- the next one is asked only where this one knows nothing
        const report = await source.near(search, signal);
        if (report !== undefined) return report;
      }
      return undefined;
    },
  };
}
