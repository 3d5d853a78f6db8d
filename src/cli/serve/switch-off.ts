import { SHARED_FLAGS } from "#admin/index.ts";
import type { EvidenceOutbox } from "#delivery/evidence/index.ts";
import type { Trip } from "#delivery/guard/index.ts";
import type { Clock } from "#platform/clock.ts";
import type { FlagEditor } from "#platform/flags/index.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { flagOf } from "#routing/route.ts";

export interface SwitchOffOptions {
  readonly editor: FlagEditor;
  readonly evidence: Pick<EvidenceOutbox, "put">;
  readonly buildId: string;
  readonly clock: Pick<Clock, "now">;
}

/** The route that a flag decides alone, or what stands for several. */
export const routeOfFlag = (flag: string): string =>
  ROUTE_TABLE.find((route) => flagOf(route) === flag)?.id ?? SHARED_FLAGS;

/** Who turned a flag off, where it was no person. */
const GUARD = "guard";

/**
 * Turns the own flag of a tripped route off, which overrides its concern's, and writes that down. The route stays off
 * when the guard is reset, until a person turns its flag on.
 */
export function createSwitchOff({
  editor,
  evidence,
  buildId,
  clock,
}: SwitchOffOptions): (trip: Trip) => Promise<void> {
  return async ({ routeId }) => {
    const route = ROUTE_TABLE.find(({ id }) => id === routeId);
    const flag = route && flagOf(route);
    if (flag === undefined) return;
    const { from, to } = await editor.set(flag, "off", GUARD);
    evidence.put({
      kind: "flip",
      routeId,
      buildId,
      atMs: clock.now(),
      flag,
      from,
      to,
      by: GUARD,
    });
  };
}
