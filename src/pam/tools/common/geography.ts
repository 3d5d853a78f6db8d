import type { Coordinates } from "../services/places.ts";

export const KM_PER_MILE = 1.609_344;
export const METERS_PER_MILE = 1_609.344;
const EARTH_RADIUS_MILES = 3_958.8;

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle. */
export function milesBetween(from: Coordinates, to: Coordinates): number {
  const latitude = toRadians(to.latitude - from.latitude);
  const longitude = toRadians(to.longitude - from.longitude);
  const half =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(toRadians(from.latitude)) *
      Math.cos(toRadians(to.latitude)) *
      Math.sin(longitude / 2) ** 2;
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Well-known text, which a text column keeps and a geography column takes. */
export function toPoint({ latitude, longitude }: Coordinates): string {
  return `POINT(${longitude} ${latitude})`;
}

const WELL_KNOWN_TEXT = /^POINT\s*\(\s*(?<longitude>-?[\d.]+)\s+(?<latitude>-?[\d.]+)\s*\)$/iu;
/** EWKB of a little-endian point with a reference system, as PostGIS prints a geography. */
const EXTENDED_BINARY =
  /^0101000020[0-9A-F]{8}(?<longitude>[0-9A-F]{16})(?<latitude>[0-9A-F]{16})$/iu;

function toDouble(hex: string): number {
  const bytes = Uint8Array.from(hex.match(/../gu) ?? [], (byte) => Number.parseInt(byte, 16));
  return new DataView(bytes.buffer).getFloat64(0, true);
}

/** A point as the database gives it; `undefined` for a place name and for nothing. */
export function parsePoint(text: string | null): Coordinates | undefined {
  if (text === null) return undefined;
  const plain = WELL_KNOWN_TEXT.exec(text)?.groups;
  if (plain?.["longitude"] !== undefined && plain["latitude"] !== undefined) {
    return { latitude: Number(plain["latitude"]), longitude: Number(plain["longitude"]) };
  }
  const binary = EXTENDED_BINARY.exec(text)?.groups;
  if (binary?.["longitude"] === undefined || binary["latitude"] === undefined) return undefined;
  return { latitude: toDouble(binary["latitude"]), longitude: toDouble(binary["longitude"]) };
}
