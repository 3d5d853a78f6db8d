import { z } from "zod";

import { text } from "../arguments.ts";
import { MONTH_NAMES, parseMonth } from "../common/dates.ts";
import { searchKnowledgeBase } from "../common/knowledge.ts";
import { defineTool } from "../tool.ts";
import { requirePlace } from "../trip/places.ts";
import { findClimate, toAdvisory } from "./climate.ts";

export const seasonalWeatherCheck = defineTool({
  name: "seasonal_weather_check",
  description:
    "What the weather of a region is usually like in a month: temperatures and rain, averaged over the last five years.",
  category: "seasonal",
  access: "read",
  triggers:
    /\b(?:weather|climate|rain\w*|temperatures?|hot|cold|wet|dry|like)\b.{0,40}\b(?:in|during) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|\bclimate\b|\b(?:wet|dry) season\b|\b(?:north|south) for (?:the )?(?:winter|summer)\b/iu,
  needs: ["weather", "places"],
  timeoutMs: 15_000,
  arguments: z.object({
    region: text("Name of the region or town"),
    month: text("Month, by name or its first three letters", 20),
  }),
  async run({ region, month }, { weather, places, database, clock }, signal) {
    const number = parseMonth("month", month);
    const place = await requirePlace(places, region, signal);
    const climate = await findClimate({ weather, clock }, { place, month: number }, signal);
    const knowledge =
      database && (await searchKnowledgeBase(database, { location: region, limit: 3 }));
    return {
      success: true,
      region,
      matched_state: place.region ?? place.name,
      month: MONTH_NAMES[number - 1],
      temperature_min_c: climate.lowC,
      temperature_max_c: climate.highC,
      average_rainfall_mm: climate.rainfallMm,
      averaged_years: climate.years,
      travel_advisory: toAdvisory(climate),
      knowledge_context: knowledge?.map(({ title, content }) => ({ title, content })) ?? [],
      message: `${place.name} in ${MONTH_NAMES[number - 1]}: ${climate.lowC} to ${climate.highC} °C, ${climate.rainfallMm} mm of rain`,
    };
  },
});
