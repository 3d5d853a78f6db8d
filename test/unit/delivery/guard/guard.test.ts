import { expect, test } from "vitest";

import {
  createGuard,
  type Guard,
  GUARD_POLICY,
  type GuardEvent,
  type GuardOptions,
  type TripBoard,
} from "#delivery/guard/index.ts";
import { silentLogger } from "#platform/logger.ts";
import type { Side } from "#routing/decide.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";
import { createRandom } from "#support/seeded-random.ts";

const ROUTE = "chat.health";

interface Traffic {
  readonly nativeShare: number;
  readonly legacyErrors: number;
  readonly nativeErrors: number;
  /** Native times over legacy's; default 1. */
  readonly slowness?: number;
  readonly cohortOf?: (index: number) => string;
}

const decisionOf = (side: Side) => ({ side, reason: "route-flag", flag: "pam.x" }) as const;

function setUp(more: Partial<GuardOptions> = {}) {
  const clock = createManualClock();
  let ids = 0;
  const guard = createGuard({
    clock,
    logger: silentLogger,
    createId: () => `trip-${(ids += 1)}`,
    ...more,
  });
  return { clock, guard };
}

interface Run {
  readonly guard: Guard;
  readonly clock: ManualClock;
  readonly random: () => number;
}

/** Sends ten requests a second until a trip; gives how many were native by then. */
function nativeUntilTrip({ guard, clock, random }: Run, traffic: Traffic, most: number): number {
  const { nativeShare, slowness = 1, cohortOf = String } = traffic;
  let native = 0;
  for (let index = 0; index < most && !guard.isTripped(ROUTE); index += 1) {
    clock.advance(100);
    const side = random() < nativeShare ? "native" : "legacy";
    if (side === "native") native += 1;
    const isFailed = random() < traffic[`${side}Errors`];
    guard.observer.requestEnded(
      exchangeRecord({
        cohort: cohortOf(index),
        decision: decisionOf(side),
        status: isFailed ? 500 : 200,
        totalMs: 50 * Math.exp(random() * 2 - 1) * (side === "native" ? slowness : 1),
      }),
    );
  }
  return native;
}

/** Fails natively until the guard trips. */
function tripNow(guard: Guard, clock: ManualClock): void {
  const run = { guard, clock, random: createRandom(3) };
  nativeUntilTrip(run, { nativeShare: 0.5, legacyErrors: 0, nativeErrors: 1 }, 1_000);
  if (!guard.isTripped(ROUTE)) throw new Error("The guard was to trip");
}

test(
  "in 10,000 windows of equal sides no more than the stated share trip",
  { timeout: 60_000 },
  () => {
    const falseTripsPerWindow = 0.02;
    const policy = { ...GUARD_POLICY, windowMs: 20_000, falseTripsPerWindow };
    const random = createRandom(11);
    const { clock, guard } = setUp({ policy });
    let trips = 0;
    for (let window = 0; window < 10_000; window += 1) {
      const rate = window % 3 === 0 ? 0.2 : 0.02;
      const traffic = { nativeShare: 0.4, legacyErrors: rate, nativeErrors: rate };
      nativeUntilTrip({ guard, clock, random }, traffic, 200);
      if (guard.reset(ROUTE, { by: "test", reason: "by chance" })) trips += 1;
    }
    expect(trips).toBeLessThanOrEqual(10_000 * falseTripsPerWindow);
    expect(trips).toBeGreaterThan(0);
  },
);

test(
  "by the policy as it stands, 10,000 windows of equal sides see no more than one false trip",
  { timeout: 60_000 },
  () => {
    const random = createRandom(12);
    const { clock, guard } = setUp();
    let trips = 0;
    for (let window = 0; window < 10_000; window += 1) {
      clock.advance(GUARD_POLICY.windowMs - 20_000);
      const traffic = { nativeShare: 0.3, legacyErrors: 0.03, nativeErrors: 0.03 };
      nativeUntilTrip({ guard, clock, random }, traffic, 200);
      if (guard.reset(ROUTE, { by: "test", reason: "by chance" })) trips += 1;
    }
    expect(trips).toBeLessThanOrEqual(10_000 * GUARD_POLICY.falseTripsPerWindow);
  },
);

test.each([
  { nativeShare: 0.5, legacyErrors: 0.01, within: 2_500 },
  { nativeShare: 0.25, legacyErrors: 0.01, within: 1_500 },
  { nativeShare: 0.05, legacyErrors: 0.01, within: 1_200 },
  { nativeShare: 0.5, legacyErrors: 0, within: 1_200 },
])(
  "five points more errors over $legacyErrors at a share of $nativeShare always trip within $within native requests",
  ({ nativeShare, legacyErrors, within }) => {
    const random = createRandom(21);
    const counts = Array.from({ length: 100 }, () => {
      const { clock, guard } = setUp();
      const traffic = { nativeShare, legacyErrors, nativeErrors: legacyErrors + 0.05 };
      const native = nativeUntilTrip({ guard, clock, random }, traffic, within / nativeShare);
      expect(guard.of(ROUTE).trip?.signal).toBe("errors");
      return native;
    });
    expect(Math.max(...counts)).toBeLessThanOrEqual(within);
  },
);

test("the worse native does, the sooner it trips", () => {
  const medians = [0.05, 0.1, 0.3, 1].map((nativeErrors) => {
    const random = createRandom(31);
    const counts = Array.from({ length: 31 }, () => {
      const traffic = { nativeShare: 0.25, legacyErrors: 0.01, nativeErrors };
      return nativeUntilTrip({ ...setUp(), random }, traffic, 50_000);
    });
    return counts.toSorted((left, right) => left - right)[15] ?? 0;
  });
  expect(medians).toEqual(medians.toSorted((left, right) => right - left));
  expect(medians.at(-1)).toBeLessThan(60);
});

test("a native side that is three times as slow trips by its latency", () => {
  const { clock, guard } = setUp();
  const traffic = { nativeShare: 0.5, legacyErrors: 0, nativeErrors: 0, slowness: 3 };
  nativeUntilTrip({ guard, clock, random: createRandom(41) }, traffic, 2_000);
  expect(guard.of(ROUTE).trip?.signal).toBe("latency");
});

test.each([0.5, 1, 1.15])("a native side that takes %d times as long does not trip", (slowness) => {
  const { clock, guard } = setUp();
  const traffic = { nativeShare: 0.5, legacyErrors: 0, nativeErrors: 0, slowness };
  nativeUntilTrip({ guard, clock, random: createRandom(42) }, traffic, 50_000);
  expect(guard.isTripped(ROUTE)).toBe(false);
});

test("a side that hangs until everybody leaves trips by its latency", () => {
  const { clock, guard } = setUp();
  for (let index = 0; index < 1_000; index += 1) {
    clock.advance(100);
    const side = index % 4 === 0 ? "native" : "legacy";
    const hangs = { status: 499, totalMs: 10_000 };
    const record = exchangeRecord({
      decision: decisionOf(side),
      cohort: String(index),
      status: 200,
    });
    guard.observer.requestEnded(side === "native" ? { ...record, ...hangs } : record);
  }
  expect(guard.of(ROUTE).trip?.signal).toBe("latency");
});

test("an outage of both sides is nobody's fault", () => {
  const { clock, guard } = setUp();
  const run = { guard, clock, random: createRandom(51) };
  for (const rate of [0, 0.9, 0.02, 1, 0]) {
    const traffic = { nativeShare: 0.3, legacyErrors: rate, nativeErrors: rate };
    nativeUntilTrip(run, traffic, 1_000);
  }
  expect(guard.isTripped(ROUTE)).toBe(false);
});

test("with too few requests of a side nothing is compared", () => {
  const { clock, guard } = setUp();
  const traffic = { nativeShare: 1, legacyErrors: 0, nativeErrors: 0.1 };
  nativeUntilTrip({ guard, clock, random: createRandom(61) }, traffic, 5_000);
  expect(guard.isTripped(ROUTE)).toBe(false);
  expect(guard.of(ROUTE).reading?.errors.verdict).toBe("inconclusive");
});

test("one client with a broken request is no broken route", () => {
  const { clock, guard } = setUp();
  for (let index = 0; index < 2_000; index += 1) {
    clock.advance(100);
    const isBroken = index % 20 === 0;
    guard.observer.requestEnded(
      exchangeRecord({
        decision: decisionOf(index % 4 === 0 ? "native" : "legacy"),
        cohort: isBroken ? "the one" : String(index),
        status: isBroken ? 500 : 200,
      }),
    );
  }
  expect(guard.isTripped(ROUTE)).toBe(false);
  expect(guard.of(ROUTE).reading?.errors.counts.native.bad).toBeGreaterThan(0);
});

test("drift trips only where native differs more often than legacy from itself", () => {
  const { clock, guard } = setUp();
  const compare = (nativeEvery: number): void => {
    for (let index = 0; index < 600; index += 1) {
      clock.advance(100);
      guard.recordDrift(ROUTE, "native", index % nativeEvery === 0);
      guard.recordDrift(ROUTE, "legacy", index % 10 === 0);
    }
  };
  compare(10);
  expect(guard.isTripped(ROUTE)).toBe(false);
  compare(2);
  expect(guard.of(ROUTE).trip?.signal).toBe("drift");
});

test("a socket that breaks counts against its side, one that its client leaves does not", () => {
  const { guard } = setUp();
  const record = exchangeRecord({ route: routeOf("ws.socket"), decision: decisionOf("native") });
  const close = { bytesIn: 0, bytesOut: 0 };
  guard.observer.socketClosed(record, { ...close, code: 1011, initiator: "upstream" });
  guard.observer.socketClosed(record, { ...close, code: 1006, initiator: "client" });
  guard.observer.socketClosed(record, { ...close, code: 1000, initiator: "upstream" });
  expect(guard.of("ws.socket").reading?.errors.counts.native).toEqual({ count: 3, bad: 1 });
});

test("what an operator forces is no sample, and nothing is kept of a route that only legacy answers", () => {
  const { guard } = setUp();
  const forced = { side: "native", reason: "override", flag: undefined } as const;
  guard.observer.requestEnded(exchangeRecord({ decision: forced, status: 500 }));
  guard.observer.requestEnded(exchangeRecord());
  guard.observer.requestEnded(exchangeRecord({ route: undefined }));
  expect(guard.of(ROUTE).reading).toBeUndefined();
});

test("a trip stays until a person resets it, who then finds a clean slate", () => {
  const events: GuardEvent[] = [];
  const { clock, guard } = setUp({ onEvent: (event) => events.push(event) });
  tripNow(guard, clock);
  const { trip } = guard.of(ROUTE);
  clock.advance(86_400_000);
  for (let index = 0; index < 1_000; index += 1) guard.observer.requestEnded(exchangeRecord());
  expect(guard.isTripped(ROUTE)).toBe(true);
  expect(guard.isTripped("chat.send")).toBe(false);

  expect(guard.reset(ROUTE, { by: "ada", reason: "fixed" })).toBe(true);
  expect(guard.isTripped(ROUTE)).toBe(false);
  expect(guard.of(ROUTE).reading?.errors).toMatchObject({ evidence: 0, verdict: "inconclusive" });
  expect(guard.reset(ROUTE, { by: "ada", reason: "again" })).toBe(false);
  expect(events).toEqual([
    { kind: "tripped", trip, isOwn: true },
    {
      kind: "reset",
      lift: { trip, atMs: clock.now(), by: "ada", reason: "fixed" },
      isOwn: true,
    },
  ]);
  expect(guard.events()).toEqual(events.toReversed());
});

test("the flag is switched off once for a trip, and a switch that fails changes nothing", async () => {
  const switched: string[] = [];
  const logged: string[] = [];
  const { clock, guard } = setUp({
    logger: { ...silentLogger, error: (_fields, message) => logged.push(message) },
    switchOff: async ({ routeId }) => {
      switched.push(routeId);
      throw new Error("no admin token");
    },
  });
  tripNow(guard, clock);
  await Promise.resolve();
  await Promise.resolve();
  expect(switched).toEqual([ROUTE]);
  expect(logged).toEqual(["The guard tripped", "The flag was not switched off"]);
  expect(guard.isTripped(ROUTE)).toBe(true);
});

test("the history is bounded", () => {
  const { clock, guard } = setUp();
  for (let round = 0; round < 150; round += 1) {
    tripNow(guard, clock);
    guard.reset(ROUTE, { by: "ada", reason: "again" });
  }
  expect(guard.events()).toHaveLength(200);
  expect(guard.events()[0]?.kind).toBe("reset");
});

type Listener = Parameters<TripBoard["watch"]>[0];

/** A board in hand: what was put there, and a way to say what stands there. */
function createFakeBoard() {
  const put: string[] = [];
  const lifted: string[] = [];
  const listeners: Listener[] = [];
  const board: TripBoard = {
    watch: (listener) => void listeners.push(listener),
    put: (trip) => put.push(trip.id),
    lift: (lift) => lifted.push(lift.trip.id),
    close: async () => {},
  };
  const tell: Listener = (state) => listeners[0]?.(state);
  return { board, put, lifted, tell };
}

const THEIRS = {
  id: "theirs",
  routeId: ROUTE,
  atMs: 1,
  signal: "errors",
  counts: { native: { count: 9, bad: 9 }, legacy: { count: 9, bad: 0 } },
} as const;

test("another instance's trip and reset are followed", () => {
  const { board, tell, put } = createFakeBoard();
  let switches = 0;
  const { guard } = setUp({ board, switchOff: async () => void (switches += 1) });
  tell({ standing: [THEIRS], lifted: [] });
  expect(guard.of(ROUTE).trip).toEqual(THEIRS);
  const lift = { trip: THEIRS, atMs: 2, by: "ada", reason: "fixed" };
  tell({ standing: [], lifted: [lift] });
  expect(guard.isTripped(ROUTE)).toBe(false);
  expect(guard.events().map(({ kind, isOwn }) => [kind, isOwn])).toEqual([
    ["reset", false],
    ["tripped", false],
  ]);
  expect([put, switches]).toEqual([[], 0]);
});

test("a board that lost everything lifts nothing: it is told again", () => {
  const { board, tell, put } = createFakeBoard();
  const { clock, guard } = setUp({ board });
  tripNow(guard, clock);
  tell({ standing: [], lifted: [] });
  expect(guard.isTripped(ROUTE)).toBe(true);
  expect(put).toEqual(["trip-1", "trip-1"]);
});

test("where two instances trip at once, the one trip that the board kept is lifted for both", () => {
  const { board, tell, lifted } = createFakeBoard();
  const { clock, guard } = setUp({ board });
  tripNow(guard, clock);
  tell({ standing: [THEIRS], lifted: [] });
  guard.reset(ROUTE, { by: "ada", reason: "fixed" });
  expect(lifted).toEqual(["theirs"]);
});

test("a trip of before a restart is taken over", () => {
  const { board, put } = createFakeBoard();
  const { guard } = setUp({ board });
  guard.restore([THEIRS]);
  expect([guard.isTripped(ROUTE), put]).toEqual([true, ["theirs"]]);
});
