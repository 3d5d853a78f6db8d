import type { CensusTotals, Use } from "#delivery/census/use.ts";
import type { Side } from "#routing/decide.ts";

export interface UseCount {
  readonly hits: number;
  /** Milliseconds since the epoch; `null` where it was never seen. */
  readonly lastSeenMs: number | null;
}

/** Who still uses legacy for one route, and with what. */
export interface RouteCensus extends Readonly<Record<Side, UseCount>> {
  readonly routeId: string;
  /** Distinct cohorts on legacy, to about 3 %. */
  readonly legacyCohorts: number;
  /** Of legacy; whoever was seen last first. */
  readonly clients: readonly (UseCount & {
    readonly client: string;
    /** Parameters as they are called, types of frames as `frame <type>`. */
    readonly names: readonly (UseCount & { readonly name: string })[];
  })[];
}

export interface CensusReport {
  readonly sinceMs: number;
  readonly routes: readonly RouteCensus[];
  /** Paths that clients call and no row names; the most frequent first. */
  readonly unknown: readonly (UseCount & { readonly client: string; readonly path: string })[];
}

const NEVER: UseCount = { hits: 0, lastSeenMs: null };

function sum(uses: readonly Use[]): UseCount {
  if (uses.length === 0) return NEVER;
  return {
    hits: uses.reduce((total, { hits }) => total + hits, 0),
    lastSeenMs: uses.reduce((latest, { lastSeenMs }) => Math.max(latest, lastSeenMs), 0),
  };
}

const newestFirst = (left: UseCount, right: UseCount): number =>
  (right.lastSeenMs ?? 0) - (left.lastSeenMs ?? 0);

const sideOf = ({ key }: Use): Side => key[2];
const nameOf = ({ key }: Use): string => key[3];

function toRoute(routeId: string, uses: readonly Use[], legacyCohorts: number): RouteCensus {
  const requests = uses.filter((use) => nameOf(use) === "");
  const onLegacy = uses.filter((use) => sideOf(use) === "legacy");
  const clients = [...Map.groupBy(onLegacy, ({ key }) => key[1])].map(([client, theirs]) => ({
    client,
    ...sum(theirs.filter((use) => nameOf(use) === "")),
    names: theirs
      .filter((use) => nameOf(use) !== "")
      .map((use) => ({ name: nameOf(use), hits: use.hits, lastSeenMs: use.lastSeenMs }))
      .toSorted(newestFirst),
  }));
  return {
    routeId,
    legacy: sum(requests.filter((use) => sideOf(use) === "legacy")),
    native: sum(requests.filter((use) => sideOf(use) === "native")),
    legacyCohorts,
    clients: clients.toSorted(newestFirst),
  };
}

/** Counts as a person reads them. Pure. */
export function toReport({ sinceMs, uses, cohorts }: CensusTotals): CensusReport {
  const byRoute = Map.groupBy(uses, ({ key }) => key[0]);
  const unknown = byRoute.get("") ?? [];
  byRoute.delete("");
  return {
    sinceMs,
    routes: [...byRoute]
      .map(([routeId, theirs]) => toRoute(routeId, theirs, cohorts.get(routeId) ?? 0))
      .toSorted((left, right) => left.routeId.localeCompare(right.routeId, "en")),
    unknown: unknown
      .map((use) => ({
        client: use.key[1],
        path: nameOf(use),
        hits: use.hits,
        lastSeenMs: use.lastSeenMs,
      }))
      .toSorted((left, right) => right.hits - left.hits),
  };
}
