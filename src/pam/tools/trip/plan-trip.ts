import { z } from "zod";

import { day, number, text, texts } from "../arguments.ts";
import { ifAvailable } from "../common/if-available.ts";
import type { Place } from "../services/places.ts";
import { defineTool } from "../tool.ts";
import { estimateDrive, requirePlace } from "./places.ts";
import { estimateTrip, type TripEstimates } from "./trip-estimates.ts";

export const planTrip = defineTool({
  name: "plan_trip",
  description:
    "Save a road trip from one place to another, with stops where wanted, and estimate distance, time and cost as far as they are known.",
  category: "trip",
  access: "write",
  needs: ["database"],
  timeoutMs: 15_000,
  aliases: { waypoints: "stops" },
  arguments: z.object({
    origin: text("Where the trip starts"),
    destination: text("Where it ends"),
    budget: number("Spending limit, above 0 and at most 100000", {
      above: 0,
      max: 100_000,
    }).optional(),
    stops: texts("Places to stop at on the way, in order, 20 at most").optional(),
    start_date: day("Departure, YYYY-MM-DD").optional(),
  }),
  async run({ origin, destination, budget, stops = [], start_date }, context, signal) {
    const { database, caller, places, routes } = context;
    const names = [origin, ...stops, destination];
    const found =
      places && Promise.all(names.map(async (name) => requirePlace(places, name, signal)));
    // A trip is saved whether or not the map knows its places.
    const waypoints = (await ifAvailable(found)) ?? [];
    const drive = await ifAvailable(
      waypoints.length === 0 ? undefined : estimateDrive(waypoints, routes, signal),
    );
    const estimates = await estimateTrip({ context, waypoints, drive, budget }, signal);
    const { distance_miles, duration_hours } = estimates;
    const trip = await database
      .insertInto("user_trips")
      .values({
        user_id: caller.userId,
        title: `${origin} to ${destination}`,
        status: "planning",
        trip_type: "road_trip",
        start_date: start_date?.slice(0, 10) ?? null,
        total_budget: budget ?? null,
        metadata: { origin, destination, stops, distance_miles, duration_hours },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const far = distance_miles === null ? "" : `, about ${Math.round(distance_miles)} miles`;
    return {
      success: true,
      trip,
      estimates,
      map_action: waypoints.length === 0 ? null : toMapAction(waypoints, estimates),
      message: `Saved the trip from ${origin} to ${destination}${far}`,
    };
  },
});

function toMapAction(
  waypoints: readonly Place[],
  { distance_miles, duration_hours }: TripEstimates,
) {
  return {
    type: "REPLACE_ROUTE",
    waypoints: waypoints.map(({ name, latitude, longitude }) => ({ name, latitude, longitude })),
    metadata: { distance_miles, duration_hours },
  };
}
