import type { FromPrimary, SafeguardsState } from "#cli/serve/workers/messages.ts";
import type { FlagFreshness, HeldState, SharedFlags } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Safeguards } from "#routing/safeguards.ts";

/** How often it is looked whether a ceiling or the flags' freshness has changed; flags and trips do not wait for it. */
const LOOK_MS = 100;

export interface SteeringPublisherOptions {
  readonly flags: Pick<SharedFlags, "document" | "freshness" | "onChange">;
  readonly safeguards: Safeguards;
  readonly tell: (message: FromPrimary) => void;
  readonly scheduler: Scheduler;
}

/** Keeps every worker's mirror up to date. */
export interface SteeringPublisher extends Closeable {
  /** What a worker that starts now is to decide by. */
  now(): { readonly flags: HeldState; readonly safeguards: SafeguardsState };
  /** Tells what has changed since it was last told. */
  look(): void;
}

/** What of the freshness is worth telling: its age grows by itself. */
const toText = ({ state, source, problem }: FlagFreshness): string =>
  `${state} ${source} ${problem}`;

function readSafeguards(safeguards: Safeguards): SafeguardsState {
  const tripped: SafeguardsState["tripped"] = [];
  const ceilings: SafeguardsState["ceilings"] = [];
  for (const { id } of ROUTE_TABLE) {
    if (safeguards.isTripped(id)) tripped.push(id);
    const ceiling = safeguards.ceilingOf(id);
    if (ceiling === undefined) continue;
    const { allowedPercent, isEnforced } = ceiling;
    ceilings.push([id, { allowedPercent, isEnforced }]);
  }
  return { tripped, ceilings };
}

export function createSteeringPublisher({
  flags,
  safeguards,
  tell,
  scheduler,
}: SteeringPublisherOptions): SteeringPublisher {
  const readFlags = (): HeldState => ({ document: flags.document(), freshness: flags.freshness() });
  let toldSafeguards = JSON.stringify(readSafeguards(safeguards));
  let toldFreshness = toText(flags.freshness());
  let cancel: (() => void) | undefined;

  function tellFlags(): void {
    const state = readFlags();
    toldFreshness = toText(state.freshness);
    tell({ kind: "flags", flags: state });
  }

  function look(): void {
    const state = readSafeguards(safeguards);
    const text = JSON.stringify(state);
    if (text !== toldSafeguards) tell({ kind: "safeguards", safeguards: state });
    toldSafeguards = text;
    if (toText(flags.freshness()) !== toldFreshness) tellFlags();
  }

  function schedule(): void {
    cancel = scheduler.after(LOOK_MS, () => {
      look();
      schedule();
    });
  }

  const stopFollowing = flags.onChange(tellFlags);
  schedule();
  return {
    now: () => ({ flags: readFlags(), safeguards: readSafeguards(safeguards) }),
    look,
    async close() {
      stopFollowing();
      cancel?.();
    },
  };
}
