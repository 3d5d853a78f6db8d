import { expect, test } from "vitest";

import {
  createEvidenceView,
  createMemoryLedger,
  type EvidenceEntry,
  NO_EVIDENCE,
} from "#delivery/evidence/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { until } from "#support/until.ts";

const HOUR_MS = 3_600_000;

async function viewOf(...entries: readonly EvidenceEntry[]) {
  const ledger = createMemoryLedger();
  for (const entry of entries) {
    // oxlint-disable-next-line no-await-in-loop -- order is the point
    await ledger.append(entry);
  }
  const time = createManualTime();
  const logger = silentLogger;
  const view = createEvidenceView({ ledger, buildId: "build-1", logger, ...time });
  await view.refresh();
  return { view, ledger, time, of: () => view.of("chat.health") };
}

const soak = (fromHour: number, toHour: number) =>
  evidenceEntry("soak", { fromMs: fromHour * HOUR_MS, atMs: toHour * HOUR_MS });

test("nothing is known of a route that nobody wrote about", async () => {
  const { view } = await viewOf();
  expect(view.of("chat.send")).toBe(NO_EVIDENCE);
});

test("the newest suite counts, and shadows add up", async () => {
  const { of } = await viewOf(
    evidenceEntry("suite", { isGreen: false }),
    evidenceEntry("suite", { atMs: 5 }),
    evidenceEntry("shadow", { compared: 150, unexplained: 1 }),
    evidenceEntry("shadow", { compared: 60 }),
  );
  expect(of()).toMatchObject({
    suite: { isGreen: true, atMs: 5 },
    shadow: { compared: 210, unexplained: 1 },
  });
});

test("soaking of several instances side by side counts once, and gaps do not count", async () => {
  const { of } = await viewOf(soak(0, 2), soak(1, 3), soak(0, 1), soak(10, 11));
  expect(of().soakMs).toBe(4 * HOUR_MS);
});

test("a trip takes back what traffic had shown, and its reset does not give it back", async () => {
  const { of, view } = await viewOf(
    evidenceEntry("suite"),
    evidenceEntry("shadow"),
    evidenceEntry("comparison"),
    soak(0, 5),
    evidenceEntry("trip"),
  );
  expect(of()).toMatchObject({
    suite: { isGreen: true },
    shadow: { compared: 200 },
    comparison: undefined,
    soakMs: 0,
  });
  expect(view.standingTrips().map(({ id }) => id)).toEqual(["trip-1"]);
  await view.append(evidenceEntry("reset"));
  expect(view.standingTrips()).toEqual([]);
  expect(of().comparison).toBeUndefined();
});

test("a reset of an earlier trip leaves a later one standing", async () => {
  const { view } = await viewOf(
    evidenceEntry("trip", { trip: { ...evidenceEntry("trip").trip, id: "trip-2" } }),
    evidenceEntry("reset"),
  );
  expect(view.standingTrips().map(({ id }) => id)).toEqual(["trip-2"]);
});

test("a red suite and a lost comparison end the soak", async () => {
  const red = await viewOf(soak(0, 5), evidenceEntry("suite", { isGreen: false }));
  const lost = await viewOf(soak(0, 5), evidenceEntry("comparison", { isNoWorse: false }));
  expect([red.of().soakMs, lost.of().soakMs]).toEqual([0, 0]);
});

test("the newest pin stands until it is taken away", async () => {
  const { of, view } = await viewOf(evidenceEntry("pin"), evidenceEntry("pin", { percent: 40 }));
  expect(of().pin?.percent).toBe(40);
  await view.append(evidenceEntry("unpin"));
  expect(of().pin).toBeUndefined();
});

test("what another instance writes is taken in within five seconds", async () => {
  const { of, ledger, time } = await viewOf(evidenceEntry("shadow"));
  await until(() => time.pendingTimers === 1);
  await ledger.append(evidenceEntry("shadow"));
  expect(of().shadow.compared).toBe(200);
  time.advance(5_000);
  await until(() => of().shadow.compared === 400);
});

test("what was appended here is there at once, and is not counted again by the next reading", async () => {
  const { of, view } = await viewOf();
  await view.append(evidenceEntry("shadow"));
  expect(of().shadow.compared).toBe(200);
  await view.refresh();
  await view.refresh();
  expect(of().shadow.compared).toBe(200);
});

test("an entry with a lower id that comes to light later is taken in", async () => {
  const { of, view, ledger } = await viewOf();
  ledger.take({ ...evidenceEntry("shadow"), id: 50 });
  await view.refresh();
  ledger.take({ ...evidenceEntry("shadow", { compared: 7 }), id: 20 });
  await view.refresh();
  expect(of().shadow.compared).toBe(207);
});

test("thousands of entries are read page by page", async () => {
  const { view, ledger, of } = await viewOf();
  await Promise.all(
    Array.from({ length: 3_500 }, async () =>
      ledger.append(evidenceEntry("shadow", { compared: 1 })),
    ),
  );
  await view.refresh();
  expect(of().shadow.compared).toBe(3_500);
});

test("a ledger that cannot be read leaves what is known, and is told of once", async () => {
  const warnings: string[] = [];
  const logger = { warn: (_fields: object, message: string) => void warnings.push(message) };
  const ledger = createMemoryLedger();
  await ledger.append(evidenceEntry("shadow"));
  let isAway = false;
  const view = createEvidenceView({
    ledger: {
      ...ledger,
      after: async (id, query) => {
        if (isAway) throw new Error("away");
        return ledger.after(id, query);
      },
    },
    buildId: "build-1",
    logger,
    scheduler: createManualTime().scheduler,
  });
  await view.refresh();
  expect(view.isReadable()).toBe(true);
  isAway = true;
  await view.refresh();
  await view.refresh();
  expect(view.isReadable()).toBe(false);
  expect(view.of("chat.health").shadow.compared).toBe(200);
  expect(warnings).toEqual(["The ledger cannot be read"]);
  await view.close();
});
