import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { choice, text, whole } from "../arguments.ts";
import { today } from "../common/dates.ts";
import { KM_PER_MILE } from "../common/geography.ts";
import { toCents } from "../common/money.ts";
import type { FuelPrice, FuelStation } from "../services/fuel-prices.ts";
import { ToolError } from "../tool-error.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { requirePlace } from "./places.ts";
import { LITRES_PER_GALLON } from "./vehicle.ts";

const TANK_GALLONS = 15;
/** Less is not worth a note. */
const MIN_SAVING = 2;

function toSaving({ price, unit }: FuelPrice, cheapest: FuelStation | undefined): number {
  if (cheapest === undefined) return 0;
  const tank = unit === "litre" ? TANK_GALLONS * LITRES_PER_GALLON : TANK_GALLONS;
  return Math.max(toCents((price - cheapest.price) * tank), 0);
}

interface Saving {
  readonly predicted: number;
  readonly location: string;
}

async function recordSaving(
  database: Database,
  { predicted, location }: Saving,
  now: Pick<ToolContext, "clock" | "caller">,
): Promise<number | null> {
  if (predicted < MIN_SAVING) return null;
  const { id } = await database
    .insertInto("pam_savings_events")
    .values({
      user_id: now.caller.userId,
      event_type: "gas",
      savings_type: "fuel_optimization",
      category: "gas",
      predicted_savings: predicted,
      location,
      saved_date: today(now),
      savings_description: `Cheapest fuel near ${location}, for a tank of ${TANK_GALLONS} gallons`,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

export const findCheapGas = defineTool({
  name: "find_cheap_gas",
  description:
    "Find fuel prices near a named town or suburb, cheapest first, and note the saving that is possible. Single stations are known in New South Wales only; in the United States the weekly average is.",
  category: "trip",
  access: "write",
  triggers:
    /\b(?:cheap\w*|price\w*|station\w*|servo)\b.{0,40}\b(?:gas|fuel|petrol|diesel)\b|\b(?:gas|fuel|petrol|diesel)\b.{0,40}\b(?:cheap\w*|price\w*|station\w*|near)\b/iu,
  needs: ["database", "places", "fuelPrices"],
  arguments: z.object({
    location: text('Name of a real suburb or town, never "near me"'),
    radius_miles: whole("Search radius in miles, 1 to 100; 25 if absent", {
      min: 1,
      max: 100,
    }).optional(),
    fuel_type: choice(
      ["regular", "diesel", "premium"],
      "Grade of fuel; regular if absent",
    ).optional(),
  }),
  async run({ location, radius_miles = 25, fuel_type = "regular" }, context, signal) {
    const { database, places, fuelPrices } = context;
    const place = await requirePlace(places, location, signal);
    const radiusKm = radius_miles * KM_PER_MILE;
    const search = { center: place, country: place.country, radiusKm, fuelType: fuel_type };
    const report = await fuelPrices.near(search, signal);
    if (report === undefined) {
      throw new ToolError("NOT_FOUND", `No source of fuel prices covers ${place.name}`);
    }
    const { average, stations = [] } = report;
    const [cheapest] = stations;
    const predicted = toSaving(average, cheapest);
    const id = await recordSaving(database, { predicted, location }, context);
    return {
      success: true,
      location,
      radius_miles,
      fuel_type,
      region: average.region,
      regional_average: average.price,
      currency: average.currency,
      unit: average.unit,
      stations_found: stations.length,
      cheapest_price: cheapest?.price ?? null,
      stations: stations.slice(0, 10),
      stations_available: report.stations !== undefined,
      potential_savings: predicted,
      savings_opportunity_id: id,
      potential_savings_recorded: id !== null,
      message:
        cheapest === undefined
          ? `The average is ${average.price} ${average.currency} a ${average.unit}; single stations are not known here`
          : `Cheapest is ${cheapest.name} at ${cheapest.price} ${average.currency} a ${average.unit}`,
    };
  },
});
