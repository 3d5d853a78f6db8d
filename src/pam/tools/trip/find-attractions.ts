import { z } from "zod";

import { text, texts, whole } from "../arguments.ts";
import { milesBetween } from "../common/geography.ts";
import { defineTool } from "../tool.ts";
import { requirePlace, toTenth } from "./places.ts";

const DEFAULT_CATEGORIES = ["tourist_attraction", "museum", "park"];

/** The map service's ids have underscores and no plural. */
function toCategoryId(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replace(/s$/u, "")
    .replaceAll(/[^a-z0-9]+/gu, "_");
}

export const findAttractions = defineTool({
  name: "find_attractions",
  description: "Find things to see around a place: sights, museums, parks or other kinds.",
  category: "trip",
  access: "read",
  triggers:
    /\battractions?\b|\bsightseeing\b|\bsights\b|\bthings to (?:do|see)\b|\bmuseums?\b|\blandmarks?\b/iu,
  needs: ["places", "attractions"],
  arguments: z.object({
    location: text("Name of a town or region, or coordinates"),
    radius_miles: whole("Search radius in miles, 1 to 200; 50 if absent", {
      min: 1,
      max: 200,
    }).optional(),
    categories: texts("Kinds of sights, such as museum or national park, 5 at most", 5).optional(),
  }),
  async run({ location, radius_miles = 50, categories = [] }, { places, attractions }, signal) {
    const center = await requirePlace(places, location, signal);
    const ids = categories.length === 0 ? DEFAULT_CATEGORIES : categories.map(toCategoryId);
    const found = (await attractions.near(center, ids, signal))
      .map((attraction) => ({
        ...attraction,
        distance_miles: toTenth(milesBetween(center, attraction)),
      }))
      .filter(({ distance_miles }) => distance_miles <= radius_miles)
      .toSorted((left, right) => left.distance_miles - right.distance_miles);
    return {
      success: true,
      location,
      radius_miles,
      categories: ids,
      attractions_found: found.length,
      attractions: found.slice(0, 15),
      message: `Found ${found.length} sights within ${radius_miles} miles of ${center.name}`,
    };
  },
});
