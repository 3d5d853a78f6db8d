import { z } from "zod";

import { createJsonClient, type Fetch } from "./json-client.ts";

export interface Coordinates {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

export interface Place extends Coordinates {
  /** As people write it: `Moab, Utah, United States`. */
  readonly name: string;
  /** State or province. */
  readonly region: string | undefined;
  readonly country: string | undefined;
}

/** From words to a place. `undefined` where nothing is called so. */
export interface Places {
  find(text: string, signal: AbortSignal): Promise<Place | undefined>;
}

const answerSchema = z.object({
  results: z
    .array(
      z.object({
        name: z.string(),
        latitude: z.number(),
        longitude: z.number(),
        admin1: z.string().optional(),
        country: z.string().optional(),
      }),
    )
    .default([]),
});

const COORDINATES =
  /^\s*(?<latitude>-?\d{1,2}(?:\.\d+)?)\s*,\s*(?<longitude>-?\d{1,3}(?:\.\d+)?)\s*$/u;

/** `38.57, -109.55`, as clients and models write a position. */
export function parseCoordinates(text: string): Coordinates | undefined {
  const { latitude, longitude } = COORDINATES.exec(text)?.groups ?? {};
  if (latitude === undefined || longitude === undefined) return undefined;
  const parsed = { latitude: Number(latitude), longitude: Number(longitude) };
  return Math.abs(parsed.latitude) <= 90 && Math.abs(parsed.longitude) <= 180 ? parsed : undefined;
}

export interface OpenMeteoPlacesOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
}

/**
 * Open-Meteo's place search: no key, names of towns and regions. It knows nothing after a comma, so that part
 * chooses among the hits: `Springfield, Illinois`.
 */
export function createOpenMeteoPlaces({ fetch, baseUrl }: OpenMeteoPlacesOptions): Places {
  const ask = createJsonClient({ service: "The place search", baseUrl, fetch });
  return {
    async find(text, signal) {
      const coordinates = parseCoordinates(text);
      if (coordinates !== undefined) {
        return { ...coordinates, name: text.trim(), region: undefined, country: undefined };
      }
      const [name = "", ...rest] = text.split(",").map((part) => part.trim());
      const query = { name, count: 10, language: "en", format: "json" };
      const { results } = await ask({ path: "/v1/search", query, schema: answerSchema, signal });
      const words = rest.map((part) => part.toLowerCase()).filter((part) => part !== "");
      const matches = ({ admin1, country }: (typeof results)[number]): boolean =>
        words.some((word) =>
          [admin1, country].some((part) => part?.toLowerCase().startsWith(word) === true),
        );
      const found = results.find(matches) ?? results[0];
      if (found === undefined) return undefined;
      const parts = [found.name, found.admin1, found.country].filter((part) => part !== undefined);
      return {
        latitude: found.latitude,
        longitude: found.longitude,
        name: parts.join(", "),
        region: found.admin1,
        country: found.country,
      };
    },
  };
}
