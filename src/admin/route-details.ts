import type { DeliveryPort } from "#admin/delivery-port.ts";
import { type ReadEntries, readEntries } from "#admin/read-entries.ts";
import type { HistoryPoint, RouteHistory } from "#admin/route-history.ts";
import type { RouteRow } from "#admin/route-row.ts";
import type { CensusReport, RouteCensus } from "#delivery/census/index.ts";
import type { RouteDrift } from "#delivery/drift/index.ts";
import type { RouteEvidence } from "#delivery/evidence/index.ts";
import type { GuardEvent } from "#delivery/guard/index.ts";
import type { Logger } from "#platform/logger.ts";
import { KILL_SWITCH } from "#routing/decide.ts";

const MOST_ENTRIES = 100;

/** The route that flips of flags are written under which decide about several routes. */
export const SHARED_FLAGS = "*";

/** Everything that is known of one route. */
export interface RouteDetails extends ReadEntries {
  readonly route: RouteRow;
  readonly history: readonly HistoryPoint[];
  readonly drift: RouteDrift | null;
  readonly evidence: RouteEvidence;
  readonly guardEvents: readonly GuardEvent[];
  readonly census: RouteCensus | null;
}

const routeOfEvent = (event: GuardEvent): string =>
  event.kind === "tripped" ? event.trip.routeId : event.lift.trip.routeId;

/** Its entries are the newest first: what was found, and what people did. */
export async function readRouteDetails(
  route: RouteRow,
  {
    delivery,
    census,
    history,
    logger,
  }: {
    readonly delivery: DeliveryPort;
    readonly census: CensusReport | undefined;
    readonly history: Pick<RouteHistory, "of"> | undefined;
    readonly logger: Pick<Logger, "warn">;
  },
): Promise<RouteDetails> {
  const { id, flag, concernFlag } = route;
  const queries = [
    { routeId: id, limit: MOST_ENTRIES },
    { routeId: SHARED_FLAGS, kinds: ["flip"], limit: MOST_ENTRIES },
  ] as const;
  const { entries: found, entriesProblem } = await readEntries(delivery.ledger, queries, logger);
  const flags = new Set([flag, concernFlag, `${concernFlag ?? ""}.shadow`, KILL_SWITCH]);
  const entries = found.filter(
    (each) => each.routeId === id || (each.kind === "flip" && flags.has(each.flag)),
  );
  return {
    route,
    history: history?.of(id) ?? [],
    drift: delivery.drift.snapshot().routes.find(({ routeId }) => routeId === id) ?? null,
    evidence: delivery.evidence.of(id),
    entries: entries.toSorted((left, right) => right.atMs - left.atMs).slice(0, MOST_ENTRIES),
    entriesProblem,
    guardEvents: delivery.guard.events().filter((event) => routeOfEvent(event) === id),
    census: census?.routes.find(({ routeId }) => routeId === id) ?? null,
  };
}
