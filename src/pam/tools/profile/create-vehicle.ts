import { z } from "zod";

import { choice, flag, text, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";

const VEHICLE_TYPES = [
  "rv",
  "motorhome",
  "travel_trailer",
  "fifth_wheel",
  "truck",
  "car",
  "motorcycle",
  "boat",
] as const;
const FUEL_TYPES = ["gasoline", "diesel", "electric", "hybrid", "propane"] as const;

export const createVehicle = defineTool({
  name: "create_vehicle",
  description: "Add a vehicle to the user's garage, as the primary one unless told otherwise.",
  category: "profile",
  access: "write",
  triggers:
    /\b(?:add|create|new|register|bought)\b.{0,40}\b(?:vehicle|rv|motorhome|caravan|van|trailer|truck|car|motorcycle|boat)\b|\bgarage\b/iu,
  needs: ["database"],
  arguments: z.object({
    name: text("What the user calls it, 100 characters at most", 100),
    make: text("Manufacturer", 50).optional(),
    model: text("Model", 50).optional(),
    year: whole("Model year, 1900 to 2100", { min: 1_900, max: 2_100 }).optional(),
    vehicle_type: choice(VEHICLE_TYPES, "Kind of vehicle; rv if absent").optional(),
    fuel_type: choice(FUEL_TYPES, "Fuel; gasoline if absent").optional(),
    set_as_primary: flag("Whether it becomes the primary vehicle; true if absent").optional(),
  }),
  async run(args, { database, caller }) {
    const { name, make, model, year, vehicle_type = "rv", fuel_type = "gasoline" } = args;
    const isPrimary = args.set_as_primary ?? true;
    const vehicle = await database.transaction().execute(async (transaction) => {
      if (isPrimary) {
        await transaction
          .updateTable("vehicles")
          .set({ is_primary: false })
          .where("user_id", "=", caller.userId)
          .where("is_primary", "=", true)
          .execute();
      }
      return transaction
        .insertInto("vehicles")
        .values({
          user_id: caller.userId,
          name,
          make: make ?? null,
          model: model ?? null,
          year: year ?? null,
          vehicle_type,
          fuel_type,
          is_primary: isPrimary,
        })
        .returning(["id", "name", "make", "model", "year", "vehicle_type", "is_primary"])
        .executeTakeFirstOrThrow();
    });
    const { id, ...rest } = vehicle;
    return { success: true, vehicle_id: id, ...rest, message: `Added ${name} to the garage` };
  },
});
