import { z } from "zod";

import { createJsonClient, type Fetch } from "./json-client.ts";
import type { Coordinates } from "./places.ts";

export interface ForecastDay {
  /** `YYYY-MM-DD` at the place. */
  readonly date: string;
  readonly highC: number;
  readonly lowC: number;
  /** WMO code 4677, as Open-Meteo gives it. */
  readonly weatherCode: number;
  readonly precipitationPercent: number | undefined;
  readonly precipitationMm: number;
  readonly windMaxKmh: number;
}

export interface MonthClimate {
  readonly lowC: number;
  readonly highC: number;
  /** A whole month's. */
  readonly rainfallMm: number;
  /** The years that were averaged. */
  readonly years: readonly number[];
}

export interface MonthOfYears {
  /** 1 to 12. */
  readonly month: number;
  readonly years: readonly number[];
}

export interface Weather {
  /** Today and the days after it, at most 16. */
  forecast(place: Coordinates, days: number, signal: AbortSignal): Promise<readonly ForecastDay[]>;
  /** What a month was like on average in past years, by reanalysis. */
  climate(place: Coordinates, month: MonthOfYears, signal: AbortSignal): Promise<MonthClimate>;
}

const numbers = z.array(z.number());

const forecastSchema = z.object({
  daily: z.object({
    time: z.array(z.string()),
    weather_code: numbers,
    temperature_2m_max: numbers,
    temperature_2m_min: numbers,
    precipitation_probability_max: z.array(z.number().nullable()),
    precipitation_sum: numbers,
    wind_speed_10m_max: numbers,
  }),
});

const archiveSchema = z.object({
  daily: z.object({
    temperature_2m_max: z.array(z.number().nullable()),
    temperature_2m_min: z.array(z.number().nullable()),
    precipitation_sum: z.array(z.number().nullable()),
  }),
});

const DAILY = [
  "weather_code",
  "temperature_2m_max",
  "temperature_2m_min",
  "precipitation_probability_max",
  "precipitation_sum",
  "wind_speed_10m_max",
].join(",");

type Daily = z.output<typeof forecastSchema>["daily"];

/** One day out of the columns; `undefined` where one of them is too short. */
function toDay(daily: Daily, date: string, index: number): ForecastDay | undefined {
  const highC = daily.temperature_2m_max[index];
  const lowC = daily.temperature_2m_min[index];
  const weatherCode = daily.weather_code[index];
  const precipitationMm = daily.precipitation_sum[index];
  const windMaxKmh = daily.wind_speed_10m_max[index];
  if (highC === undefined || lowC === undefined || weatherCode === undefined) return undefined;
  if (precipitationMm === undefined || windMaxKmh === undefined) return undefined;
  const precipitationPercent = daily.precipitation_probability_max[index] ?? undefined;
  return { date, highC, lowC, weatherCode, precipitationPercent, precipitationMm, windMaxKmh };
}

const isNumber = (value: number | null): value is number => value !== null;
const round = (value: number): number => Math.round(value * 10) / 10;

function mean(values: readonly (number | null)[]): number {
  const known = values.filter(isNumber);
  return round(known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1));
}

export interface OpenMeteoOptions {
  readonly fetch: Fetch;
  readonly forecastUrl: string;
  readonly archiveUrl: string;
}

/** Open-Meteo: forecasts and the ERA5 archive, without a key. */
export function createOpenMeteo({ fetch, forecastUrl, archiveUrl }: OpenMeteoOptions): Weather {
  const service = "The weather service";
  const askForecast = createJsonClient({ service, baseUrl: forecastUrl, fetch });
  const askArchive = createJsonClient({ service, baseUrl: archiveUrl, fetch });

  async function askMonth(place: Coordinates, first: Date, signal: AbortSignal) {
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
    return askArchive({
      path: "/v1/archive",
      query: {
        latitude: place.latitude,
        longitude: place.longitude,
        start_date: first.toISOString().slice(0, 10),
        end_date: last.toISOString().slice(0, 10),
        daily: "temperature_2m_max,temperature_2m_min,precipitation_sum",
        timezone: "auto",
      },
      schema: archiveSchema,
      signal,
    });
  }

  return {
    async forecast({ latitude, longitude }, days, signal) {
      const query = { latitude, longitude, daily: DAILY, forecast_days: days, timezone: "auto" };
      const { daily } = await askForecast({
        path: "/v1/forecast",
        query,
        schema: forecastSchema,
        signal,
      });
      return daily.time.flatMap((date, index) => toDay(daily, date, index) ?? []);
    },
    async climate(place, { month, years }, signal) {
      const months = await Promise.all(
        years.map(async (year) => askMonth(place, new Date(Date.UTC(year, month - 1, 1)), signal)),
      );
      const rain = months.flatMap(({ daily }) => daily.precipitation_sum).filter(isNumber);
      return {
        lowC: mean(months.flatMap(({ daily }) => daily.temperature_2m_min)),
        highC: mean(months.flatMap(({ daily }) => daily.temperature_2m_max)),
        rainfallMm: round(rain.reduce((sum, value) => sum + value, 0) / Math.max(years.length, 1)),
        years,
      };
    },
  };
}
