import { z } from "zod";

import { flag, number, text } from "../arguments.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { estimateDrive, requirePlace, toTenth } from "./places.ts";

const MILES_PER_HOUR = 55;
const BREAK_HOURS = 0.25;
const HOURS_BETWEEN_BREAKS = 2;
const MEAL_HOURS = 0.5;
const HOURS_BETWEEN_MEALS = 6;
const HOURS_A_DAY = 8;

interface Leg {
  readonly origin: string;
  readonly destination: string;
  readonly distance_miles?: number | undefined;
}

async function findDrive(leg: Leg, { places, routes }: ToolContext, signal: AbortSignal) {
  const { distance_miles } = leg;
  if (distance_miles !== undefined) {
    return {
      distanceMiles: distance_miles,
      hours: distance_miles / MILES_PER_HOUR,
      source: "given",
    };
  }
  if (places === undefined) {
    throw invalidArgument("distance_miles", "give a distance: no place search is configured");
  }
  const from = await requirePlace(places, leg.origin, signal);
  const to = await requirePlace(places, leg.destination, signal);
  return estimateDrive([from, to], routes, signal);
}

/** How often a pause falls due before the end of the drive. */
const countWithin = (hours: number, between: number): number =>
  Math.max(Math.ceil(hours / between) - 1, 0);

export const estimateTravelTime = defineTool({
  name: "estimate_travel_time",
  description:
    "Estimate how long a drive takes, with breaks and meals, and over how many days to spread it.",
  category: "trip",
  access: "read",
  triggers:
    /\bhow (?:long|far)\b.{0,60}\b(?:drive|get|take|travel|to|from)\b|\btravel time\b|\bdriving time\b|\bhours? (?:of )?driv/iu,
  needs: [],
  arguments: z.object({
    origin: text("Where the drive starts"),
    destination: text("Where it ends"),
    distance_miles: number("Length in miles; looked up if absent", {
      above: 0,
      max: 20_000,
    }).optional(),
    include_breaks: flag("Whether breaks and meals count; true if absent").optional(),
  }),
  async run({ origin, destination, distance_miles, include_breaks = true }, context, signal) {
    const drive = await findDrive({ origin, destination, distance_miles }, context, signal);
    const breaks = include_breaks ? countWithin(drive.hours, HOURS_BETWEEN_BREAKS) : 0;
    const meals = include_breaks ? countWithin(drive.hours, HOURS_BETWEEN_MEALS) : 0;
    const total = drive.hours + breaks * BREAK_HOURS + meals * MEAL_HOURS;
    const days = Math.max(Math.ceil(drive.hours / HOURS_A_DAY), 1);
    return {
      success: true,
      origin,
      destination,
      distance_miles: toTenth(drive.distanceMiles),
      distance_source: drive.source,
      driving_hours: toTenth(drive.hours),
      break_hours: breaks * BREAK_HOURS,
      meal_hours: meals * MEAL_HOURS,
      total_hours: toTenth(total),
      suggested_days: days,
      breaks_recommended: breaks,
      meals_recommended: meals,
      message: `About ${toTenth(total)} hours from ${origin} to ${destination}, over ${days === 1 ? "one day" : `${days} days`}`,
    };
  },
});
