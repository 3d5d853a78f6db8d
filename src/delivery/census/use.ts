import { z } from "zod";

/**
 * How often something was used: a route by a client on a side (`name` empty), a parameter or a type of frame with it,
 * or a path that no row names (`routeId` empty, `name` its method and template).
 */
export const useKeySchema = z.tuple([
  z.string(),
  z.string(),
  z.enum(["legacy", "native"]),
  z.string(),
]);
export type UseKey = Readonly<z.infer<typeof useKeySchema>>;

export const OTHER = "(other)";

/** A path that no row names. */
export const isUnknown = ([routeId]: UseKey): boolean => routeId === "";

/**
 * Where a request of a known route is counted when there is no room for its client: every route always has room for
 * that, or a flood of made-up names could make a route look deserted. `undefined` for what may be lost.
 */
export function toOverflow([routeId, , side, name]: UseKey): UseKey | undefined {
  return routeId === "" || name !== "" ? undefined : [routeId, OTHER, side, ""];
}

export interface Use {
  /** Route, client, side, name. */
  readonly key: UseKey;
  readonly hits: number;
  readonly lastSeenMs: number;
}

export interface CensusBatch {
  readonly uses: readonly Use[];
  /** Hashes of cohorts that used legacy, by route. */
  readonly cohorts: ReadonlyMap<string, readonly string[]>;
}

export interface CensusTotals {
  /** Since when it is counted. */
  readonly sinceMs: number;
  readonly uses: readonly Use[];
  /** Distinct cohorts on legacy, by route; to about 3 %. */
  readonly cohorts: ReadonlyMap<string, number>;
}

/** Where counts add up. */
export interface CensusStore {
  /** Rejects where nothing of it may have been kept. */
  add(batch: CensusBatch): Promise<void>;
  read(): Promise<CensusTotals>;
}
