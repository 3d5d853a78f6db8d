import { expect, test } from "vitest";

import { openGuard } from "#cli/serve/open-guard.ts";
import {
  createEvidenceOutbox,
  createEvidenceView,
  createMemoryLedger,
} from "#delivery/evidence/index.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import { silentLogger as logger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { until } from "#support/until.ts";

const ROUTE = "chat.health";

test("a trip stands again after a restart, as soon as a ledger that was away can be read", async () => {
  const kept = createMemoryLedger();
  await kept.append(evidenceEntry("trip", { routeId: ROUTE }));
  let isAway = true;
  const ledger = {
    ...kept,
    after: async (...query: Parameters<typeof kept.after>) => {
      if (isAway) throw new Error("away");
      return kept.after(...query);
    },
  };
  const time = createManualTime();
  const { scheduler } = time;
  const view = createEvidenceView({ ledger, buildId: "build-1", logger, scheduler });
  const guard = openGuard({
    config: { GUARD_TURNS_FLAG_OFF: false },
    buildId: "build-1",
    redis: undefined,
    origin: new URL("http://127.0.0.1:9"),
    flagEditor: undefined,
    evidence: { view, outbox: createEvidenceOutbox({ view, logger, scheduler }) },
    lifecycle: createLifecycle(logger),
    logger,
  });
  await view.refresh();
  expect(guard.isTripped(ROUTE)).toBe(false);

  isAway = false;
  time.advance(5_000);
  await until(() => guard.isTripped(ROUTE));
  expect(guard.of(ROUTE).trip).toMatchObject({ id: "trip-1" });
});
