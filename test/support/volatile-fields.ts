import { join } from "node:path";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import type { VolatileFields } from "#contracts/volatile-fields.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

/**
 * What depends on who asked before, and no single recording shows: a finding on health is repeated for 30 s, and says so
 * (legacy fact).
 */
const BY_STATE: VolatileFields = {
  "chat.health": { "/cache_age_seconds": "state", "/cached": "state" },
};

const sorted = <Value>(entries: Iterable<[string, Value]>): Record<string, Value> =>
  Object.fromEntries([...entries].toSorted(([left], [right]) => left.localeCompare(right, "en")));

/** What is new in every answer of each route, gathered from all recordings of it. */
export function gatherVolatileFields(): VolatileFields {
  const matchRoute = createRouteMatcher(ROUTE_TABLE);
  const { http, ws } = loadRecordings(join(packageRoot(), "contracts/recordings"));
  const found = new Map<string, Map<string, VolatileFields[string][string]>>();

  function add(routeId: string | undefined, fields: VolatileFields[string]): void {
    if (routeId === undefined) return;
    const known = found.get(routeId) ?? new Map<string, VolatileFields[string][string]>();
    found.set(routeId, known);
    for (const [pointer, kind] of Object.entries(fields)) known.set(pointer, kind);
  }

  for (const { request, volatile } of http) {
    add(matchRoute(request.method, request.target)?.route.id, volatile);
  }
  for (const { open, events } of ws) {
    const routeId = matchRoute("WS", open.target)?.route.id;
    for (const event of events) if (event.kind === "receive") add(routeId, event.volatile);
  }
  for (const [routeId, fields] of Object.entries(BY_STATE)) add(routeId, fields);
  return sorted(
    [...found]
      .filter(([, fields]) => fields.size > 0)
      .map(([routeId, fields]): [string, VolatileFields[string]] => [routeId, sorted(fields)]),
  );
}
