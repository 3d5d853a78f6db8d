import { expect, test } from "vitest";

import {
  createEvidenceOutbox,
  createEvidenceView,
  createMemoryLedger,
} from "#delivery/evidence/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { until } from "#support/until.ts";

function setUp() {
  const ledger = createMemoryLedger();
  const time = createManualTime();
  const { scheduler } = time;
  const logger = silentLogger;
  const view = createEvidenceView({ ledger, buildId: "build-1", logger, scheduler });
  let isAway = false;
  let refused = 0;
  const outbox = createEvidenceOutbox({
    view: {
      async append(entry) {
        if (!isAway) return view.append(entry);
        refused += 1;
        throw new Error("away");
      },
    },
    logger,
    scheduler,
  });
  return {
    outbox,
    view,
    advance: (ms: number) => time.advance(ms),
    refused: () => refused,
    setAway: (away: boolean) => void (isAway = away),
    kinds: async () => (await ledger.latest({ limit: 9 })).map(({ kind }) => kind).toReversed(),
  };
}

test("what is put while the ledger is away is written in its order when the ledger is back", async () => {
  const { outbox, view, advance, refused, setAway, kinds } = setUp();
  setAway(true);
  outbox.put(evidenceEntry("trip"));
  outbox.put(evidenceEntry("reset"));
  await until(() => refused() === 2);
  expect(await kinds()).toEqual([]);

  setAway(false);
  advance(5_000);
  await until(async () => (await kinds()).length === 2);
  expect(await kinds()).toEqual(["trip", "reset"]);
  expect(view.standingTrips()).toEqual([]);
});

test("what waits is written when the process ends", async () => {
  const { outbox, refused, setAway, kinds } = setUp();
  setAway(true);
  outbox.put(evidenceEntry("trip"));
  await until(() => refused() === 1);
  setAway(false);
  await outbox.close();
  expect(await kinds()).toEqual(["trip"]);
});

test("a ledger that stays away holds nobody who ends", async () => {
  const { outbox, setAway, kinds } = setUp();
  setAway(true);
  outbox.put(evidenceEntry("trip"));
  await outbox.close();
  expect(await kinds()).toEqual([]);
});
