import { z } from "zod";

import { number, text, whole } from "../arguments.ts";
import { MONTH_NAMES, parseMonth } from "../common/dates.ts";
import { ifAvailable } from "../common/if-available.ts";
import { searchKnowledgeBase } from "../common/knowledge.ts";
import { toCents } from "../common/money.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { searchCampgrounds, toWords, type Campground } from "../trip/campgrounds.ts";
import { findClimate, toAdvisory } from "./climate.ts";

async function findWeatherNotes(
  { weather, places, clock }: ToolContext,
  { region, month }: { readonly region: string; readonly month: number | undefined },
  signal: AbortSignal,
): Promise<string | null> {
  if (weather === undefined || month === undefined) return null;
  const place = await ifAvailable(places?.find(region, signal));
  if (place === undefined) return null;
  const climate = await ifAvailable(findClimate({ weather, clock }, { place, month }, signal));
  return climate === undefined ? null : toAdvisory(climate);
}

/** Nights at the average price of the parks found; `null` where none has a price. */
function estimateCost(parks: readonly Campground[], weeks: number): number | null {
  const prices = parks.flatMap(({ price_per_night: price }) => (price === null ? [] : [price]));
  if (prices.length === 0) return null;
  const average = prices.reduce((sum, price) => sum + price, 0) / prices.length;
  return toCents(average * weeks * 7);
}

export const suggestSeasonalRoute = defineTool({
  name: "suggest_seasonal_route",
  description:
    "Outline a seasonal stay in another region: parks there, what is known of it, its weather, and what the nights cost.",
  category: "seasonal",
  access: "read",
  triggers:
    /\b(?:head|heading|go|going|migrat\w*|escape|chase|follow)\b.{0,40}\b(?:north|south|winter|summer|season|sun)\b|\bsnowbirds?\b|\bgr[ae]y nomads?\b|\bseasonal\b/iu,
  needs: ["database"],
  timeoutMs: 15_000,
  arguments: z.object({
    origin: text("Where the traveller starts"),
    destination_region: text("Region to spend the season in"),
    travel_month: text("Month of travel, by name or its first three letters", 20).optional(),
    duration_weeks: whole("Length in weeks, 1 to 52; 12 if absent", { min: 1, max: 52 }).optional(),
    budget: number("Spending limit, above 0 and at most 100000", {
      above: 0,
      max: 100_000,
    }).optional(),
  }),
  async run(args, context, signal) {
    const { origin, destination_region: region, travel_month, duration_weeks = 12, budget } = args;
    const month = travel_month === undefined ? undefined : parseMonth("travel_month", travel_month);
    const knowledge = await searchKnowledgeBase(context.database, { query: region, limit: 20 });
    const parks = await searchCampgrounds(context.database, { words: toWords(region) });
    const cost = estimateCost(parks, duration_weeks);
    return {
      success: true,
      origin,
      destination_region: region,
      travel_month: month === undefined ? null : MONTH_NAMES[month - 1],
      duration_weeks,
      corridor: `${origin} to ${region}`,
      weather_notes: await findWeatherNotes(context, { region, month }, signal),
      knowledge_entries: knowledge.length,
      knowledge_summaries: knowledge.slice(0, 5).map(({ title, content }) => ({ title, content })),
      suggested_stops: parks.slice(0, 10),
      seasonal_events: [],
      estimated_total_cost: cost,
      budget: budget ?? null,
      message:
        cost === null
          ? `Nothing is on file of what nights in ${region} cost`
          : `${duration_weeks} weeks of nights in ${region} cost about $${cost}, fuel and food apart`,
    };
  },
});
