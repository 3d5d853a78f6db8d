import type { SafeguardsState } from "#cli/serve/workers/messages.ts";
import type { FlagFeed, HeldState } from "#platform/flags/index.ts";
import type { RouteCeiling, Safeguards } from "#routing/safeguards.ts";

/** What the primary decides by, as it was last told. */
export interface Mirror {
  readonly safeguards: Safeguards;
  readonly follow: FlagFeed["follow"];
  takeFlags(state: HeldState): void;
  takeSafeguards(state: SafeguardsState): void;
}

export function createMirror(flags: HeldState, safeguards: SafeguardsState): Mirror {
  let held = flags;
  let tripped: ReadonlySet<string> = new Set(safeguards.tripped);
  let ceilings: ReadonlyMap<string, RouteCeiling> = new Map(safeguards.ceilings);
  const listeners: ((state: HeldState) => void)[] = [];
  return {
    safeguards: {
      isTripped: (routeId) => tripped.has(routeId),
      ceilingOf: (routeId) => ceilings.get(routeId),
    },
    follow(listener) {
      listeners.push(listener);
      listener(held);
    },
    takeFlags(state) {
      held = state;
      for (const listener of listeners) listener(state);
    },
    takeSafeguards(state) {
      tripped = new Set(state.tripped);
      ceilings = new Map(state.ceilings);
    },
  };
}
