import { z } from "zod";

import { number, uuid } from "../arguments.ts";
import { toCents } from "../common/money.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { findVehicle, L_PER_100KM_TIMES_MPG } from "./vehicle.ts";

export const updateVehicleFuelConsumption = defineTool({
  name: "update_vehicle_fuel_consumption",
  description:
    "Set the fuel economy of the user's vehicle. Give it in mpg or in litres per 100 km.",
  category: "trip",
  access: "write",
  triggers:
    /\bmpg\b|\bl(?:itres?|iters?)? ?(?:\/|per) ?100\b|\bfuel (?:economy|consumption|efficiency)\b/iu,
  needs: ["database"],
  arguments: z.object({
    mpg: number("Miles per US gallon, 1 to 200", { min: 1, max: 200 }).optional(),
    l_per_100km: number("Litres per 100 km, 1 to 100", { min: 1, max: 100 }).optional(),
    vehicle_id: uuid("Id of the vehicle; the primary one if absent").optional(),
  }),
  async run({ mpg, l_per_100km, vehicle_id }, { database, caller, clock }) {
    const economy =
      mpg ?? (l_per_100km === undefined ? undefined : L_PER_100KM_TIMES_MPG / l_per_100km);
    if (economy === undefined)
      throw invalidArgument("mpg", "give the economy in mpg or l_per_100km");
    const vehicle = await findVehicle(database, caller.userId, vehicle_id);
    if (vehicle === undefined) {
      throw new ToolError("NOT_FOUND", "The user has no such vehicle: add one first");
    }
    const figures = {
      fuel_consumption_mpg: toCents(economy),
      fuel_consumption_l_per_100km: toCents(l_per_100km ?? L_PER_100KM_TIMES_MPG / economy),
    };
    const changedAt = new Date(clock.now()).toISOString();
    await database
      .updateTable("vehicles")
      .set({
        ...figures,
        fuel_consumption_source: "manual",
        fuel_consumption_last_updated: changedAt,
        updated_at: changedAt,
      })
      .where("id", "=", vehicle.id)
      .where("user_id", "=", caller.userId)
      .execute();
    return {
      success: true,
      vehicle_id: vehicle.id,
      vehicle_name: vehicle.name,
      ...figures,
      message: `${vehicle.name} uses ${figures.fuel_consumption_l_per_100km} l/100 km (${figures.fuel_consumption_mpg} mpg)`,
    };
  },
});
