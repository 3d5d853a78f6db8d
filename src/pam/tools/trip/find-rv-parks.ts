import { z } from "zod";

import { number, text, texts, whole } from "../arguments.ts";
import { ifAvailable } from "../common/if-available.ts";
import { defineTool } from "../tool.ts";
import { searchCampgrounds, toWords } from "./campgrounds.ts";

export const findRvParks = defineTool({
  name: "find_rv_parks",
  description: "Find campgrounds and RV parks near a place, from the list of parks on file.",
  category: "trip",
  access: "read",
  needs: ["database"],
  arguments: z.object({
    location: text("Name of a town or region, or coordinates"),
    radius_miles: whole("Search radius in miles, 1 to 500; 50 if absent", {
      min: 1,
      max: 500,
    }).optional(),
    amenities: texts("Amenities that a park must have").optional(),
    max_price: number("Highest price a night, at most 1000", { above: 0, max: 1_000 }).optional(),
  }),
  async run({ location, radius_miles = 50, amenities, max_price }, { database, places }, signal) {
    const center = await ifAvailable(places?.find(location, signal));
    const parks = await searchCampgrounds(database, {
      words: toWords(location),
      center,
      radiusMiles: radius_miles,
      amenities,
      maxPrice: max_price,
    });
    return {
      success: true,
      location,
      radius_miles,
      parks_found: parks.length,
      parks: parks.slice(0, 10),
      message:
        parks.length === 0
          ? `No park near ${location} is on the list`
          : `Found ${parks.length} parks near ${location}`,
    };
  },
});
