import { z } from "zod";

import { text, whole } from "../arguments.ts";
import type { ForecastDay } from "../services/weather.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { requirePlace } from "./places.ts";
import { hazardsOf, toDescription } from "./weather-text.ts";

function weekdayOf(date: string): string {
  return new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

function toForecastRow(day: ForecastDay) {
  return {
    day: weekdayOf(day.date),
    date: day.date,
    temperature_high: day.highC,
    temperature_low: day.lowC,
    unit: "C",
    description: toDescription(day.weatherCode),
    precipitation_chance: day.precipitationPercent ?? null,
    wind_speed_max: day.windMaxKmh,
  };
}

export const getWeatherForecast = defineTool({
  name: "get_weather_forecast",
  description:
    "Daily weather forecast for a place, or for where the user is, in °C and km/h, with what it means for driving.",
  category: "trip",
  access: "read",
  needs: ["weather"],
  arguments: z.object({
    location: text(
      "Name of a town or region, or coordinates; where the user is, if absent",
    ).optional(),
    days: whole("Number of days, today counted in, 1 to 14; 7 if absent", {
      min: 1,
      max: 14,
    }).optional(),
  }),
  async run({ location, days = 7 }, { weather, places, caller }, signal) {
    const place =
      location === undefined
        ? caller.position
        : places && (await requirePlace(places, location, signal));
    if (place === undefined) {
      throw invalidArgument("location", "name a place: where the user is is not known");
    }
    const forecast = await weather.forecast(place, days, signal);
    const recommendations = forecast.flatMap((day) =>
      hazardsOf(day).map((hazard) => `${weekdayOf(day.date)} ${day.date}: ${hazard.text}`),
    );
    return {
      success: true,
      location: `${place.latitude}, ${place.longitude}`,
      forecast_days: forecast.length,
      forecast: forecast.map(toForecastRow),
      travel_recommendations: recommendations,
      data_source: "Open-Meteo",
      advice:
        recommendations.length === 0
          ? "Nothing in the forecast speaks against driving"
          : "Some days need care: see the travel recommendations",
    };
  },
});
