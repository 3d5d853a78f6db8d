import { z } from "zod";

import { ToolError } from "../tool-error.ts";
import { createJsonClient, type Fetch } from "./json-client.ts";
import type { Coordinates } from "./places.ts";

export interface Drive {
  readonly distanceMeters: number;
  readonly durationSeconds: number;
}

/** Between every two points, by index: `[from][to]`. */
export interface DriveMatrix {
  readonly distancesMeters: readonly (readonly number[])[];
  readonly durationsSeconds: readonly (readonly number[])[];
}

/** Roads between points, 25 at most. Throws `NOT_FOUND` where no road joins them. */
export interface Routes {
  drive(points: readonly Coordinates[], signal: AbortSignal): Promise<Drive>;
  matrix(points: readonly Coordinates[], signal: AbortSignal): Promise<DriveMatrix>;
}

const directionsSchema = z.object({
  routes: z.array(z.object({ distance: z.number(), duration: z.number() })),
});
const numberMatrix = z.array(z.array(z.number().nullable()));
const matrixSchema = z.object({ distances: numberMatrix, durations: numberMatrix });

function toPath(points: readonly Coordinates[]): string {
  return points.map(({ longitude, latitude }) => `${longitude},${latitude}`).join(";");
}

const noRoad = (): ToolError => new ToolError("NOT_FOUND", "No road joins these places");

function complete(matrix: z.output<typeof numberMatrix>): number[][] {
  return matrix.map((row) =>
    row.map((value) => {
      if (value === null) throw noRoad();
      return value;
    }),
  );
}

export interface MapboxOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly accessToken: string;
}

export function createMapboxRoutes({ fetch, baseUrl, accessToken }: MapboxOptions): Routes {
  const ask = createJsonClient({ service: "Mapbox", baseUrl, fetch });
  return {
    async drive(points, signal) {
      const { routes } = await ask({
        path: `/directions/v5/mapbox/driving/${toPath(points)}`,
        query: { access_token: accessToken, overview: "false" },
        schema: directionsSchema,
        signal,
      });
      const [route] = routes;
      if (route === undefined) throw noRoad();
      return { distanceMeters: route.distance, durationSeconds: route.duration };
    },
    async matrix(points, signal) {
      const { distances, durations } = await ask({
        path: `/directions-matrix/v1/mapbox/driving/${toPath(points)}`,
        query: { access_token: accessToken, annotations: "distance,duration" },
        schema: matrixSchema,
        signal,
      });
      return { distancesMeters: complete(distances), durationsSeconds: complete(durations) };
    },
  };
}
