import type { HttpRecording } from "#contracts/recordings/recording.ts";
import type { VolatileKind } from "#contracts/recordings/volatile.ts";

type Table = Readonly<Record<string, VolatileKind>>;

const WHOLE_BODY = "";

/**
 * What the recordings of each route call volatile, for `createVolatileRules`. What one recording says of a whole body
 * says nothing of the route's other answers, and is left out. Pure.
 */
export function collectVolatile(
  recordings: readonly Pick<HttpRecording, "request" | "volatile">[],
  routeIdOf: (method: string, target: string) => string | undefined,
): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (const { request, volatile } of recordings) {
    const routeId = routeIdOf(request.method, request.target);
    if (routeId === undefined) continue;
    const named = Object.entries(volatile).filter(([pointer]) => pointer !== WHOLE_BODY);
    // Of two kinds for one place the first holds, as the recordings stand.
    tables.set(routeId, { ...Object.fromEntries(named), ...tables.get(routeId) });
  }
  return tables;
}
