import { z } from "zod";

import { choice, text, texts } from "../arguments.ts";
import { today } from "../common/dates.ts";
import { METERS_PER_MILE } from "../common/geography.ts";
import { toCents } from "../common/money.ts";
import type { DriveMatrix } from "../services/routes.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { bestOrder, costOf } from "./best-order.ts";
import { findGallonPrice } from "./gas-price.ts";
import { requirePlace, toTenth } from "./places.ts";
import { findVehicle } from "./vehicle.ts";

type Goal = "cost" | "time" | "balanced";

/** Fuel follows distance; the balance weighs hours and distance at 55 miles an hour alike. */
function toCosts({ distancesMeters, durationsSeconds }: DriveMatrix, goal: Goal) {
  if (goal === "cost") return distancesMeters;
  if (goal === "time") return durationsSeconds;
  const metersPerSecond = (55 * METERS_PER_MILE) / 3_600;
  return durationsSeconds.map((row, from) =>
    row.map((seconds, to) => seconds + (distancesMeters[from]?.[to] ?? 0) / metersPerSecond),
  );
}

function toRoute(matrix: DriveMatrix, order: readonly number[], names: readonly string[]) {
  return {
    waypoints: order.map((index) => names[index] ?? ""),
    distance_miles: toTenth(costOf(matrix.distancesMeters, order) / METERS_PER_MILE),
    time_hours: toTenth(costOf(matrix.durationsSeconds, order) / 3_600),
  };
}

async function recordSaving(context: ToolContext, predicted: number): Promise<number | null> {
  const { database, caller } = context;
  if (database === undefined || predicted <= 0) return null;
  const { id } = await database
    .insertInto("pam_savings_events")
    .values({
      user_id: caller.userId,
      event_type: "route",
      savings_type: "route_optimization",
      category: "route",
      predicted_savings: predicted,
      saved_date: today(context),
      savings_description: "A better order of stops",
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

export const optimizeRoute = defineTool({
  name: "optimize_route",
  description:
    "Find the best order for the stops between two places, by distance, time or both, and note the fuel it saves.",
  category: "trip",
  access: "write",
  triggers: /\boptimi[sz]\w*\b|\b(?:best|shortest|fastest|quickest) (?:route|order|way)\b/iu,
  needs: ["database", "places", "routes"],
  timeoutMs: 15_000,
  aliases: { waypoints: "stops", optimize_for: "optimization_type" },
  arguments: z.object({
    origin: text("Where the route starts"),
    destination: text("Where it ends"),
    stops: texts(
      "Places to pass through, in the order thought of so far, 10 at most",
      10,
    ).optional(),
    optimization_type: choice(
      ["cost", "time", "balanced"],
      "What matters: fuel, time or both; balanced if absent",
    ).optional(),
  }),
  async run({ origin, destination, stops = [], optimization_type = "balanced" }, context, signal) {
    const { database, places, routes, fuelPrices, caller } = context;
    const names = [origin, ...stops, destination];
    const points = await Promise.all(names.map(async (name) => requirePlace(places, name, signal)));
    const matrix = await routes.matrix(points, signal);
    const original = toRoute(matrix, [...names.keys()], names);
    const optimized = toRoute(matrix, bestOrder(toCosts(matrix, optimization_type)), names);
    const distance = toTenth(original.distance_miles - optimized.distance_miles);
    const mpg = (await findVehicle(database, caller.userId))?.mpg;
    const [start] = points;
    const price = start && (await findGallonPrice(fuelPrices, start, signal));
    const isPriced = mpg !== undefined && price !== undefined;
    const gasCost = isPriced ? toCents((distance / mpg) * price) : null;
    const id = await recordSaving(context, gasCost ?? 0);
    return {
      success: true,
      origin,
      destination,
      optimization_type,
      original_route: original,
      optimized_route: {
        ...optimized,
        savings: {
          distance,
          time_hours: toTenth(original.time_hours - optimized.time_hours),
          gas_cost: gasCost,
        },
      },
      savings_opportunity_id: id,
      potential_savings_recorded: id !== null,
      message:
        stops.length < 2
          ? "With fewer than two stops there is only one order"
          : `The best order is ${optimized.waypoints.join(", ")}`,
    };
  },
});
