import { z } from "zod";

import { number, text, texts, whole } from "../arguments.ts";
import { searchKnowledgeBase } from "../common/knowledge.ts";
import { toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { searchCampgrounds, toWords } from "../trip/campgrounds.ts";

/** Parks usually give a quarter off by the month of four weeks. */
const NIGHTS = 28;
const LONG_STAY_FACTOR = 0.75;

export const findLongstayParks = defineTool({
  name: "find_longstay_parks",
  description:
    "Find parks in a region for stays of weeks or months, with an estimate of the monthly rate.",
  category: "seasonal",
  access: "read",
  triggers:
    /\blong[- ]?(?:stay|term)\b|\bmonthly (?:rates?|sites?|stays?)\b|\bstay\w*\b.{0,30}\b(?:weeks|months?)\b/iu,
  needs: ["database"],
  arguments: z.object({
    region: text("Name of the region"),
    min_stay_days: whole("Shortest stay in days, 1 to 365; 30 if absent", {
      min: 1,
      max: 365,
    }).optional(),
    max_monthly_rate: number("Highest rate for four weeks, at most 10000", {
      above: 0,
      max: 10_000,
    }).optional(),
    amenities: texts("Amenities that a park must have").optional(),
  }),
  async run({ region, min_stay_days = 30, max_monthly_rate, amenities }, { database }) {
    const parks = await searchCampgrounds(database, { words: toWords(region), amenities });
    const rated = parks
      .map((park) => ({
        ...park,
        estimated_monthly_rate:
          park.price_per_night === null
            ? null
            : toCents(park.price_per_night * NIGHTS * LONG_STAY_FACTOR),
      }))
      .filter(({ estimated_monthly_rate: rate }) =>
        max_monthly_rate === undefined ? true : rate !== null && rate <= max_monthly_rate,
      );
    const knowledge = await searchKnowledgeBase(database, { query: region, limit: 5 });
    return {
      success: true,
      region,
      min_stay_days,
      parks_found: rated.length,
      parks: rated.slice(0, 10),
      knowledge_tips: knowledge.map(({ title, content }) => ({ title, content })),
      pricing_note:
        "Monthly rates are estimates: 28 nights less a quarter. Whether a park takes long stays is not on file: ask it",
      message: `Found ${rated.length} parks in ${region}`,
    };
  },
});
