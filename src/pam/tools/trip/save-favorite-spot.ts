import { z } from "zod";

import { text, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";

export const saveFavoriteSpot = defineTool({
  name: "save_favorite_spot",
  description: "Keep a place in the user's list of favourite spots.",
  category: "trip",
  access: "write",
  triggers:
    /\b(?:save|bookmark|remember|add|keep)\b.{0,40}\b(?:spot|place|location|favou?rites?)\b/iu,
  needs: ["database"],
  arguments: z.object({
    location_name: text("Name of the place", 200),
    location_address: text("Its address or coordinates"),
    category: text(
      "Kind of place, such as campground or viewpoint; general if absent",
      100,
    ).optional(),
    notes: text("What to remember of it, 1000 characters at most", 1_000).optional(),
    rating: whole("Score from 1 to 5", { min: 1, max: 5 }).optional(),
  }),
  async run({ location_name, location_address, category = "general", notes, rating }, context) {
    const favorite = await context.database
      .insertInto("favorite_locations")
      .values({
        user_id: context.caller.userId,
        location_name,
        location_address,
        category,
        notes: notes ?? null,
        rating: rating ?? null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { success: true, favorite, message: `Saved ${location_name} as a favourite` };
  },
});
