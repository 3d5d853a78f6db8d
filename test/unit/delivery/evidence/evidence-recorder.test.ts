import { expect, test } from "vitest";

import { storedEvidenceSchema } from "#delivery/evidence/evidence-ledger.ts";
import {
  createEvidenceRecorder,
  createEvidenceView,
  createMemoryLedger,
  type RouteSample,
} from "#delivery/evidence/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const NOTHING: RouteSample = {
  routeId: "chat.health",
  compared: 0,
  unexplained: 0,
  nativeRequests: 0,
  comparison: undefined,
  isTripped: false,
};
const NO_WORSE = { isNoWorse: true, native: 50, legacy: 60 };

async function setUp() {
  const ledger = createMemoryLedger();
  const time = createManualTime();
  const { scheduler } = time;
  let setByMs = 0;
  const clock = { ...time.clock, now: () => time.clock.now() + setByMs };
  const logger = silentLogger;
  const view = createEvidenceView({ ledger, buildId: "build-1", logger, scheduler });
  await view.refresh();
  let sample: RouteSample = NOTHING;
  let isAway = false;
  const recorder = createEvidenceRecorder({
    sample: () => [sample],
    view: {
      of: (routeId) => view.of(routeId),
      append: async (entry) => {
        if (isAway) throw new Error("away");
        return view.append(entry);
      },
    },
    buildId: "build-1",
    clock,
    logger,
    scheduler,
  });
  return {
    view,
    recorder,
    advance: (ms: number) => time.advance(ms),
    setClockBy: (ms: number) => void (setByMs += ms),
    see: async (seen: Partial<RouteSample>): Promise<void> => {
      sample = { ...sample, ...seen };
      await recorder.record();
    },
    setAway: (away: boolean) => void (isAway = away),
    kinds: async () => (await ledger.latest({ limit: 100 })).map(({ kind }) => kind).toReversed(),
    newest: async () => (await ledger.latest({ limit: 1 }))[0],
  };
}

test("a route of which nothing is new gets no entry", async () => {
  const { see, kinds } = await setUp();
  await see({});
  await see({});
  expect(await kinds()).toEqual([]);
});

test("shadows are written as they add up", async () => {
  const { see, kinds, newest } = await setUp();
  await see({ compared: 30, unexplained: 1 });
  await see({ compared: 50, unexplained: 1 });
  await see({});
  expect(await kinds()).toEqual(["shadow", "shadow"]);
  expect(await newest()).toMatchObject({ compared: 20, unexplained: 0 });
});

test("what turned out to be noise is taken back, and every ledger can read that again", async () => {
  const { see, view, newest } = await setUp();
  await see({ compared: 10, unexplained: 2 });
  await see({ compared: 30, unexplained: 0 });
  expect(view.of("chat.health").shadow).toEqual({ compared: 30, unexplained: 0 });
  expect(storedEvidenceSchema.parse(await newest())).toMatchObject({ unexplained: -2 });
});

test("what could not be written is written the next time", async () => {
  const { see, setAway, newest } = await setUp();
  setAway(true);
  await see({ compared: 30 });
  setAway(false);
  await see({ compared: 40 });
  expect(await newest()).toMatchObject({ compared: 40 });
});

test("the live comparison is written when it turns, and anew after a trip", async () => {
  const { see, kinds, view } = await setUp();
  await see({ comparison: NO_WORSE });
  await see({ comparison: NO_WORSE });
  await see({ comparison: { ...NO_WORSE, isNoWorse: false } });
  expect(await kinds()).toEqual(["comparison", "comparison"]);
  await see({ comparison: NO_WORSE });
  await view.append(evidenceEntry("trip"));
  await see({ isTripped: true });
  await view.append(evidenceEntry("reset"));
  await see({ isTripped: false });
  expect((await kinds()).slice(2)).toEqual(["comparison", "trip", "reset", "comparison"]);
});

test("an hour of native requests is written as soaked", async () => {
  const { see, advance, newest, kinds } = await setUp();
  advance(1_800_000);
  await see({ nativeRequests: 10 });
  expect(await kinds()).toEqual([]);
  advance(1_800_000);
  await see({ nativeRequests: 15 });
  expect(await newest()).toMatchObject({ kind: "soak", nativeRequests: 15 });
});

test("a clock that is set a day ahead soaks nothing, and one that is set back does not hold it up", async () => {
  const { see, advance, setClockBy, view } = await setUp();
  setClockBy(86_400_000);
  await see({ nativeRequests: 10 });
  expect(view.of("chat.health").soakMs).toBe(0);
  setClockBy(-2 * 86_400_000);
  advance(3_600_000);
  await see({ nativeRequests: 20 });
  expect(view.of("chat.health").soakMs).toBe(3_600_000);
});

test("an hour without native requests, or with a trip, shows nothing", async () => {
  const { see, advance, kinds } = await setUp();
  advance(3_600_000);
  await see({});
  advance(1_800_000);
  await see({ nativeRequests: 10, isTripped: true });
  advance(1_900_000);
  await see({ nativeRequests: 11, isTripped: false });
  expect(await kinds()).toEqual([]);
});

test("what was soaked before the end of the process is written as it closes", async () => {
  const { see, advance, recorder, newest } = await setUp();
  advance(600_000);
  await see({ nativeRequests: 10 });
  await recorder.close();
  const soak = await newest();
  expect(soak).toMatchObject({ kind: "soak", nativeRequests: 10 });
});
