import { z } from "zod";

import { text } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { requirePlace } from "./places.ts";
import { hazardsOf, toDescription } from "./weather-text.ts";

export const getRoadConditions = defineTool({
  name: "get_road_conditions",
  description:
    "What today's weather does to the roads around a place. Closures, roadworks and traffic are not known.",
  category: "trip",
  access: "read",
  triggers:
    /\broads?\b.{0,30}\b(?:conditions?|clos\w*|open|flood\w*|ic[ey]|snow\w*)\b|\btraffic\b|\broad ?works?\b/iu,
  needs: ["weather", "places"],
  arguments: z.object({
    location: text("Name of the place the road is at"),
    route: text("Name or number of the road", 100).optional(),
  }),
  async run({ location, route }, { weather, places }, signal) {
    const place = await requirePlace(places, location, signal);
    const [day] = await weather.forecast(place, 1, signal);
    const hazards = day === undefined ? [] : hazardsOf(day);
    return {
      success: true,
      route: route ?? null,
      start_location: place.name,
      end_location: null,
      conditions: {
        overall_status: hazards.length === 0 ? "no weather warnings" : "take care",
        alerts: hazards.map(({ kind, text: description }) => ({ type: kind, description })),
        weather_impacts: day && {
          description: toDescription(day.weatherCode),
          precipitation_mm: day.precipitationMm,
          wind_speed_max_kmh: day.windMaxKmh,
          temperature_low_c: day.lowC,
        },
        traffic_level: null,
      },
      alert_count: hazards.length,
      message:
        "Judged by the weather alone: no source of closures, roadworks or traffic is connected. Check with the road authority",
    };
  },
});
