import { METERS_PER_MILE, milesBetween } from "../common/geography.ts";
import type { Coordinates, Place, Places } from "../services/places.ts";
import type { Routes } from "../services/routes.ts";
import { ToolError } from "../tool-error.ts";

/** Roads wind: over many trips they are about a fifth longer than the straight line. */
const ROAD_FACTOR = 1.2;
/** What a motorhome averages over a day. */
const MILES_PER_HOUR = 55;

export async function requirePlace(
  places: Places,
  text: string,
  signal: AbortSignal,
): Promise<Place> {
  const place = await places.find(text, signal);
  if (place === undefined) throw new ToolError("NOT_FOUND", `No place is known as "${text}"`);
  return place;
}

export interface DriveEstimate {
  readonly distanceMiles: number;
  readonly hours: number;
  /** Where the distance comes from, for the user to judge. */
  readonly source: "roads" | "straight line, plus a fifth";
}

/** By road where a map service is there, else by the straight line between the points. */
export async function estimateDrive(
  points: readonly Coordinates[],
  routes: Routes | undefined,
  signal: AbortSignal,
): Promise<DriveEstimate> {
  if (routes !== undefined) {
    const { distanceMeters, durationSeconds } = await routes.drive(points, signal);
    return {
      distanceMiles: toTenth(distanceMeters / METERS_PER_MILE),
      hours: toTenth(durationSeconds / 3_600),
      source: "roads",
    };
  }
  const legs = points.slice(1).map((to, index) => milesBetween(points[index] ?? to, to));
  const miles = legs.reduce((sum, leg) => sum + leg, 0) * ROAD_FACTOR;
  return {
    distanceMiles: toTenth(miles),
    hours: toTenth(miles / MILES_PER_HOUR),
    source: "straight line, plus a fifth",
  };
}

export function toTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
