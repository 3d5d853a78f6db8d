import { z } from "zod";

import { createJsonClient } from "./json-client.ts";
import type { Coordinates } from "./places.ts";
import type { MapboxOptions } from "./routes.ts";

export interface Attraction extends Coordinates {
  readonly name: string;
  readonly address: string | undefined;
  readonly categories: readonly string[];
}

export interface Attractions {
  /** Around a point, nearest first by the service's own judgement, 25 a category at most. */
  near(
    center: Coordinates,
    categories: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Attraction[]>;
}

const answerSchema = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        mapbox_id: z.string(),
        name: z.string(),
        full_address: z.string().optional(),
        place_formatted: z.string().optional(),
        poi_category: z.array(z.string()).default([]),
        coordinates: z.object({ latitude: z.number(), longitude: z.number() }),
      }),
    }),
  ),
});

/** Mapbox's Search Box by category; a category is an id such as `museum` or `national_park`. */
export function createMapboxAttractions({
  fetch,
  baseUrl,
  accessToken,
}: MapboxOptions): Attractions {
  const ask = createJsonClient({ service: "Mapbox", baseUrl, fetch });
  return {
    async near({ latitude, longitude }, categories, signal) {
      const answers = await Promise.all(
        categories.map(async (category) =>
          ask({
            path: `/search/searchbox/v1/category/${encodeURIComponent(category)}`,
            query: { access_token: accessToken, proximity: `${longitude},${latitude}`, limit: 25 },
            schema: answerSchema,
            signal,
          }),
        ),
      );
      const byId = new Map(
        answers
          .flatMap(({ features }) => features)
          .map(({ properties }) => [properties.mapbox_id, properties]),
      );
      return [...byId.values()].map(
        ({ name, full_address, place_formatted, poi_category, coordinates }) => ({
          name,
          address: full_address ?? place_formatted,
          categories: poi_category,
          ...coordinates,
        }),
      );
    },
  };
}
