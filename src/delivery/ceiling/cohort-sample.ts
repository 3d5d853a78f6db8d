import type { Side } from "#routing/decide.ts";
import type { ExchangeOutline } from "#routing/exchange.ts";
import { concernFlagOf, flagOf } from "#routing/route.ts";

/** Cohorts that are kept of each route. */
const SAMPLE_SIZE = 256;
/** Whoever asked nothing for so long is not live. */
const LIFE_MS = 900_000;

/** One live cohort: where it stands in the route's draw, and the side it was last sent to. */
export interface SampledCohort {
  readonly position: number;
  readonly side: Side;
}

export interface RouteCohorts {
  readonly cohorts: readonly SampledCohort[];
  /** How many there are about; exact while all of them fit into the sample. */
  readonly estimatedCount: number;
}

/** Which cohorts use each route now. */
export interface CohortSample {
  note(record: ExchangeOutline): void;
  of(routeId: string): RouteCohorts;
}

interface Kept {
  readonly hash: number;
  readonly position: number;
  side: Side;
  seenAtMs: number;
}

interface RouteSample {
  readonly kept: Map<string, Kept>;
  /** Cohorts whose hash is below it are kept, all of them. */
  limit: number;
}

/** The cohort's hash is even already; 48 bits of it are a whole number that can be compared. */
const toNumber = (cohort: string): number => Number.parseInt(cohort.slice(0, 12), 16);
const LARGEST = 2 ** 48;

/** The flag in whose draw a cohort is placed; `undefined` where the route has none. */
export const drawOf = ({
  route,
  decision,
}: Pick<ExchangeOutline, "route" | "decision">): string | undefined =>
  decision.flag ?? (route && (flagOf(route) ?? concernFlagOf(route)));

/**
 * Keeps, of each route, the live cohorts with the smallest hashes, below a limit that halves when they become too many
 * and doubles when they become few: a fair sample of distinct cohorts however often each asks (adaptive sampling,
 * Wegman 1984; Flajolet 1990), from which their number can be told. A route that is not asked for takes no memory;
 * one that is, 256 cohorts at most.
 */
export function createCohortSample(nowMs: () => number): CohortSample {
  const routes = new Map<string, RouteSample>();
  const isLive = ({ seenAtMs }: Kept): boolean => nowMs() - seenAtMs <= LIFE_MS;

  function sampleOf(routeId: string): RouteSample {
    const known = routes.get(routeId);
    if (known !== undefined) return known;
    const created = { kept: new Map<string, Kept>(), limit: LARGEST };
    routes.set(routeId, created);
    return created;
  }

  function makeRoom(sample: RouteSample): void {
    const { kept } = sample;
    for (const [cohort, entry] of kept) if (!isLive(entry)) kept.delete(cohort);
    if (kept.size < SAMPLE_SIZE / 4) sample.limit = Math.min(LARGEST, sample.limit * 2);
    while (kept.size >= SAMPLE_SIZE) {
      sample.limit /= 2;
      for (const [cohort, { hash }] of kept) if (hash >= sample.limit) kept.delete(cohort);
    }
  }

  return {
    note({ route, decision, cohort, caller }) {
      const flag = drawOf({ route, decision });
      if (route === undefined || flag === undefined) return;
      const sample = sampleOf(route.id);
      const known = sample.kept.get(cohort);
      if (known !== undefined) {
        known.side = decision.side;
        known.seenAtMs = nowMs();
        return;
      }
      const hash = toNumber(cohort);
      // Also false for what is no hash.
      if (!(hash < sample.limit)) return;
      const position = caller.positionOf(flag);
      sample.kept.set(cohort, { hash, position, side: decision.side, seenAtMs: nowMs() });
      if (sample.kept.size >= SAMPLE_SIZE) makeRoom(sample);
    },
    of(routeId) {
      const sample = routes.get(routeId);
      if (sample === undefined) return { cohorts: [], estimatedCount: 0 };
      const live = [...sample.kept.values()].filter(isLive);
      return {
        cohorts: live.map(({ position, side }) => ({ position, side })),
        estimatedCount: Math.round((live.length * LARGEST) / sample.limit),
      };
    },
  };
}
