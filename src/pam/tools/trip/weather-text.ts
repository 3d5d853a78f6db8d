import type { ForecastDay } from "../services/weather.ts";

/** WMO code 4677 as Open-Meteo uses it. */
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  0: "Clear sky",
  1: "Mainly clear",
  2: "Partly cloudy",
  3: "Overcast",
  45: "Fog",
  48: "Freezing fog",
  51: "Light drizzle",
  53: "Drizzle",
  55: "Heavy drizzle",
  56: "Light freezing drizzle",
  57: "Freezing drizzle",
  61: "Light rain",
  63: "Rain",
  65: "Heavy rain",
  66: "Light freezing rain",
  67: "Freezing rain",
  71: "Light snow",
  73: "Snow",
  75: "Heavy snow",
  77: "Snow grains",
  80: "Light showers",
  81: "Showers",
  82: "Violent showers",
  85: "Light snow showers",
  86: "Snow showers",
  95: "Thunderstorm",
  96: "Thunderstorm with hail",
  99: "Thunderstorm with heavy hail",
};

export function toDescription(weatherCode: number): string {
  return DESCRIPTIONS[weatherCode] ?? `Weather code ${weatherCode}`;
}

export interface Hazard {
  readonly kind: "ice" | "snow" | "heavy-rain" | "storm" | "wind" | "fog" | "heat";
  readonly text: string;
}

const WINDY_KMH = 50;
const HOT_C = 38;

interface HazardRule {
  readonly kind: Hazard["kind"];
  readonly holds: (day: ForecastDay) => boolean;
  readonly text: (day: ForecastDay) => string;
}

const FREEZING_CODES = new Set([48, 56, 57, 66, 67]);
const SNOW_CODES = new Set([71, 73, 75, 77, 85, 86]);
const HEAVY_RAIN_CODES = new Set([65, 82]);

/** What a driver of a high vehicle should know. */
const RULES: readonly HazardRule[] = [
  {
    kind: "ice",
    holds: ({ weatherCode, lowC, precipitationMm }) =>
      FREEZING_CODES.has(weatherCode) || (lowC <= 0 && precipitationMm > 0),
    text: () => "frost after rain or freezing fog: ice on the road",
  },
  {
    kind: "snow",
    holds: ({ weatherCode }) => SNOW_CODES.has(weatherCode),
    text: () => "snow: carry chains",
  },
  {
    kind: "heavy-rain",
    holds: ({ weatherCode }) => HEAVY_RAIN_CODES.has(weatherCode),
    text: () => "heavy rain: mind flooded crossings",
  },
  {
    kind: "storm",
    holds: ({ weatherCode }) => weatherCode >= 95,
    text: () => "thunderstorms: plan to be parked",
  },
  { kind: "fog", holds: ({ weatherCode }) => weatherCode === 45, text: () => "fog: start late" },
  {
    kind: "wind",
    holds: ({ windMaxKmh }) => windMaxKmh >= WINDY_KMH,
    text: ({ windMaxKmh }) => `wind up to ${Math.round(windMaxKmh)} km/h: hard on high vehicles`,
  },
  {
    kind: "heat",
    holds: ({ highC }) => highC >= HOT_C,
    text: ({ highC }) => `${Math.round(highC)} °C: watch tyres and engine`,
  },
];

export function hazardsOf(day: ForecastDay): readonly Hazard[] {
  return RULES.filter(({ holds }) => holds(day)).map(({ kind, text }) => ({
    kind,
    text: text(day),
  }));
}
