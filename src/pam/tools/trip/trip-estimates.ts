import type { Database } from "#platform/database/index.ts";

import { toCents } from "../common/money.ts";
import type { Place } from "../services/places.ts";
import type { ToolContext } from "../tool.ts";
import { findGallonPrice } from "./gas-price.ts";
import type { DriveEstimate } from "./places.ts";
import { findVehicle } from "./vehicle.ts";

const HOURS_A_DAY = 8;

export interface TripEstimates {
  readonly gas: number | null;
  readonly lodging: number | null;
  readonly total: number | null;
  readonly budget_status: "within" | "over" | "unknown";
  readonly distance_miles: number | null;
  readonly duration_hours: number | null;
  readonly distance_source: string | null;
  /** What could not be estimated, and why. */
  readonly missing: readonly string[];
}

export interface TripToEstimate {
  readonly context: ToolContext & { readonly database: Database };
  readonly waypoints: readonly Place[];
  readonly drive: DriveEstimate | undefined;
  readonly budget: number | undefined;
}

async function estimateGas(
  { context, waypoints, drive }: TripToEstimate,
  signal: AbortSignal,
): Promise<number | null> {
  const [start] = waypoints;
  if (drive === undefined || start === undefined) return null;
  const vehicle = await findVehicle(context.database, context.caller.userId);
  const price = await findGallonPrice(context.fuelPrices, start, signal);
  if (vehicle?.mpg === undefined || price === undefined) return null;
  return toCents((drive.distanceMiles / vehicle.mpg) * price);
}

/** Nights on the way at what the parks on file cost on average. */
async function estimateLodging({ context, drive }: TripToEstimate): Promise<number | null> {
  if (drive === undefined) return null;
  const nights = Math.max(Math.ceil(drive.hours / HOURS_A_DAY) - 1, 0);
  const { average } = await context.database
    .selectFrom("campgrounds")
    .select((eb) => eb.fn.avg<number | null>("price_per_night").as("average"))
    .executeTakeFirstOrThrow();
  if (nights === 0) return 0;
  return average === null ? null : toCents(average * nights);
}

function toBudgetStatus(
  total: number | null,
  budget: number | undefined,
): TripEstimates["budget_status"] {
  if (total === null || budget === undefined) return "unknown";
  return total > budget ? "over" : "within";
}

/** Only from what is known: distance by map, economy by vehicle, prices by source. Nothing is made up. */
export async function estimateTrip(
  trip: TripToEstimate,
  signal: AbortSignal,
): Promise<TripEstimates> {
  const { drive, budget } = trip;
  const gas = await estimateGas(trip, signal);
  const lodging = await estimateLodging(trip);
  const total = gas === null || lodging === null ? null : toCents(gas + lodging);
  const reasons = [
    {
      isMissing: drive === undefined,
      text: "distance: the map does not know these places or a road between them",
    },
    { isMissing: gas === null, text: "fuel: the vehicle's economy or a fuel price is not known" },
    { isMissing: lodging === null, text: "lodging: no price of a night is known" },
  ];
  return {
    gas,
    lodging,
    total,
    budget_status: toBudgetStatus(total, budget),
    distance_miles: drive?.distanceMiles ?? null,
    duration_hours: drive?.hours ?? null,
    distance_source: drive?.source ?? null,
    missing: reasons.filter(({ isMissing }) => isMissing).map(({ text }) => text),
  };
}
