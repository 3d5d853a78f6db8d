import type { Clock } from "#platform/clock.ts";

import type { Coordinates } from "../services/places.ts";
import type { MonthClimate, Weather } from "../services/weather.ts";

const YEARS = 5;

/** The averages of a month over the last five years that have come to an end. */
export async function findClimate(
  { weather, clock }: { readonly weather: Weather; readonly clock: Clock },
  { place, month }: { readonly place: Coordinates; readonly month: number },
  signal: AbortSignal,
): Promise<MonthClimate> {
  const last = new Date(clock.now()).getUTCFullYear() - 1;
  const years = Array.from({ length: YEARS }, (_, index) => last - index).toReversed();
  return weather.climate(place, { month, years }, signal);
}

/** What the figures mean for who sleeps in a vehicle. */
export function toAdvisory({ lowC, highC, rainfallMm }: MonthClimate): string {
  const notes = [
    highC >= 35 ? "very hot: travel early and plan for shade and power" : undefined,
    lowC <= 0 ? "nights of frost: protect water lines" : undefined,
    rainfallMm >= 150 ? "a wet month: unsealed roads may close" : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? "Mild and dry enough for most travel" : `Expect ${notes.join("; ")}`;
}
