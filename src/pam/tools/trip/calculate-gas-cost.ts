import { z } from "zod";

import { number } from "../arguments.ts";
import { KM_PER_MILE } from "../common/geography.ts";
import { ifAvailable } from "../common/if-available.ts";
import { toCents, toDollars } from "../common/money.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { findGallonPrice } from "./gas-price.ts";
import { findVehicle } from "./vehicle.ts";

async function storedMpg({ database, caller }: ToolContext): Promise<number | undefined> {
  return database && (await findVehicle(database, caller.userId))?.mpg;
}

/** The price in the region that the user's profile names. */
async function localGasPrice(
  { database, fuelPrices, places, caller }: ToolContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const profile = await database
    ?.selectFrom("profiles")
    .select("region")
    .where("id", "=", caller.userId)
    .executeTakeFirst();
  const region = profile?.region ?? undefined;
  const place = await ifAvailable(region === undefined ? undefined : places?.find(region, signal));
  return place && findGallonPrice(fuelPrices, place, signal);
}

export const calculateGasCost = defineTool({
  name: "calculate_gas_cost",
  description:
    "Work out the fuel cost of a distance. Give the distance in miles or in kilometres; the user's vehicle stands in for a fuel economy that is not given.",
  category: "trip",
  access: "read",
  needs: [],
  arguments: z.object({
    distance_miles: number("Length of the trip in miles, at most 10000", {
      above: 0,
      max: 10_000,
    }).optional(),
    distance_km: number("Length of the trip in kilometres, at most 16093", {
      above: 0,
      max: 16_093.44,
    }).optional(),
    mpg: number("Fuel economy in miles per US gallon, 1 to 50; the user's vehicle's if absent", {
      min: 1,
      max: 50,
    }).optional(),
    gas_price: number(
      "Price of a US gallon, 0.50 to 20; that of the user's region, where it is known, if absent",
      {
        min: 0.5,
        max: 20,
      },
    ).optional(),
  }),
  async run({ distance_miles, distance_km, mpg, gas_price }, context, signal) {
    const miles =
      distance_miles ?? (distance_km === undefined ? undefined : distance_km / KM_PER_MILE);
    if (miles === undefined)
      throw invalidArgument("distance_miles", "give a distance in miles or km");
    const economy = mpg ?? (await storedMpg(context));
    if (economy === undefined) {
      throw invalidArgument("mpg", "give a fuel economy: the user's vehicle has none on file");
    }
    const price = gas_price ?? (await localGasPrice(context, signal));
    if (price === undefined) {
      throw invalidArgument("gas_price", "give a price per gallon: the local price is not known");
    }
    const gallons = miles / economy;
    const cost = toCents(gallons * price);
    const distance = distance_miles === undefined ? `${distance_km} km` : `${distance_miles} miles`;
    return {
      success: true,
      distance_miles: toCents(miles),
      mpg: toCents(economy),
      gas_price_per_gallon: price,
      price_per_gallon: price,
      gallons_needed: toCents(gallons),
      total_cost: cost,
      cost_estimate: cost,
      cost_per_mile: toCents(price / economy),
      message: `Fuel for ${distance} costs about ${toDollars(cost)}`,
    };
  },
});
