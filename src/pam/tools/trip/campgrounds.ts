import type { Database } from "#platform/database/index.ts";

import { milesBetween, parsePoint } from "../common/geography.ts";
import { containing } from "../common/like-pattern.ts";
import type { Coordinates } from "../services/places.ts";

export interface Campground {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly description: string | null;
  readonly amenities: readonly string[];
  readonly hookup_types: readonly string[];
  readonly price_per_night: number | null;
  readonly rating: number | null;
  readonly max_rv_length: number | null;
  readonly phone: string | null;
  readonly website: string | null;
  /** From the centre of the search; `null` where either end is not on the map. */
  readonly distance_miles: number | null;
}

export interface CampgroundSearch {
  /** Words of the address: every one of a comma list must be in it. */
  readonly words: readonly string[];
  readonly center?: Coordinates | undefined;
  readonly radiusMiles?: number | undefined;
  readonly amenities?: readonly string[] | undefined;
  /** A night; parks without a price are left out where it is given. */
  readonly maxPrice?: number | undefined;
}

/** More than any answer shows; the distance is judged here, since not every database can. */
const MAX_CANDIDATES = 2_000;

const hasAll = (offered: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((amenity) =>
    offered.some((offer) => offer.toLowerCase().includes(amenity.toLowerCase())),
  );

async function listCandidates(database: Database, { maxPrice }: CampgroundSearch) {
  return database
    .selectFrom("campgrounds")
    .selectAll()
    .$if(maxPrice !== undefined, (query) => query.where("price_per_night", "<=", maxPrice ?? 0))
    .orderBy("rating", (order) => order.desc().nullsLast())
    .orderBy("name")
    .limit(MAX_CANDIDATES)
    .execute();
}

async function listByAddress(database: Database, { words, maxPrice }: CampgroundSearch) {
  return database
    .selectFrom("campgrounds")
    .selectAll()
    .where((eb) =>
      eb.and(
        words.map((word) =>
          eb.or([eb("address", "ilike", containing(word)), eb("name", "ilike", containing(word))]),
        ),
      ),
    )
    .$if(maxPrice !== undefined, (query) => query.where("price_per_night", "<=", maxPrice ?? 0))
    .orderBy("rating", (order) => order.desc().nullsLast())
    .orderBy("name")
    .limit(MAX_CANDIDATES)
    .execute();
}

/**
 * Parks near a point, the nearest first, and parks whose address names the place. Parks that are neither are
 * never returned, however few are left.
 */
export async function searchCampgrounds(
  database: Database,
  search: CampgroundSearch,
): Promise<readonly Campground[]> {
  const { center, radiusMiles = Infinity, amenities = [] } = search;
  const named = await listByAddress(database, search);
  const around = center === undefined ? [] : await listCandidates(database, search);
  const namedIds = new Set(named.map(({ id }) => id));
  const byId = new Map([...named, ...around].map((row) => [row.id, row]));
  return [...byId.values()]
    .map((row) => {
      const point = parsePoint(row.location);
      const miles =
        center === undefined || point === undefined ? undefined : milesBetween(center, point);
      return { row, miles };
    })
    .filter(({ row, miles }) => (miles === undefined ? namedIds.has(row.id) : miles <= radiusMiles))
    .filter(({ row }) => hasAll(row.amenities ?? [], amenities))
    .toSorted((left, right) => (left.miles ?? Infinity) - (right.miles ?? Infinity) || 0)
    .map(({ row, miles }) => ({
      id: row.id,
      name: row.name,
      address: row.address,
      description: row.description,
      amenities: row.amenities ?? [],
      hookup_types: row.hookup_types ?? [],
      price_per_night: row.price_per_night,
      rating: row.rating,
      max_rv_length: row.max_rv_length,
      phone: row.phone,
      website: row.website,
      distance_miles: miles === undefined ? null : Math.round(miles * 10) / 10,
    }));
}

/** The words of `Moab, Utah`, without the empty ones. */
export function toWords(place: string): readonly string[] {
  return place
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
