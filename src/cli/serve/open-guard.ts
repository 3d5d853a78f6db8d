import { randomUUID } from "node:crypto";

import type { DeliveryOptions } from "#cli/serve/create-delivery.ts";
import { createLegacyProbe } from "#cli/serve/create-legacy-probe.ts";
import type { Evidence } from "#cli/serve/open-evidence.ts";
import { createSwitchOff } from "#cli/serve/switch-off.ts";
import { toGuardEvidence } from "#delivery/evidence/index.ts";
import { createGuard, createRedisTripBoard, type Guard } from "#delivery/guard/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";

export interface GuardOpening extends Pick<
  DeliveryOptions,
  "buildId" | "redis" | "origin" | "flagEditor" | "lifecycle" | "logger"
> {
  readonly config: Pick<Config, "GUARD_TURNS_FLAG_OFF">;
  readonly evidence: Pick<Evidence, "view" | "outbox">;
}

/**
 * Builds the guard with all that it tells: other instances, the ledger, the flags' source. Trips that stood when the
 * process ended stand again as soon as the ledger was read.
 */
export function openGuard({
  config,
  buildId,
  redis,
  origin,
  flagEditor,
  evidence: { view, outbox },
  lifecycle,
  logger,
}: GuardOpening): Guard {
  const clock = systemClock;
  const board =
    redis &&
    lifecycle.own("trip board", createRedisTripBoard({ redis, logger, createId: randomUUID }));
  const guard = createGuard({
    clock,
    logger,
    createId: randomUUID,
    board,
    isLegacyThere: createLegacyProbe(origin, fetch),
    switchOff:
      config.GUARD_TURNS_FLAG_OFF && flagEditor !== undefined
        ? createSwitchOff({ editor: flagEditor, evidence: outbox, buildId, clock })
        : undefined,
    onEvent(event) {
      // What another instance found is written down by that one.
      if (event.isOwn) outbox.put(toGuardEvidence(event, buildId));
    },
  });
  void view.firstRead.then(() => guard.restore(view.standingTrips()));
  return guard;
}
