import fc from "fast-check";
import { expect, test } from "vitest";

import { createGuard, type GuardOptions } from "#delivery/guard/index.ts";
import { silentLogger } from "#platform/logger.ts";
import type { ExchangeRecord } from "#routing/exchange.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { createRandom } from "#support/seeded-random.ts";

const ROUTE = "chat.health";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Traffic {
  readonly nativeErrors: number;
  readonly legacyErrors?: number;
  /** Default 0: all of it is native. */
  readonly legacyShare?: number;
  readonly requests: number;
  /** Default: everybody comes once. */
  readonly users?: number;
  /** Default 100. */
  readonly everyMs?: number;
  /** What is special of a native failure. */
  readonly failure?: Partial<ExchangeRecord>;
}

/** One request that has happened; `random` says to whom, and whether it failed. */
function drawRecord(traffic: Traffic, index: number, random: () => number): ExchangeRecord {
  const { legacyErrors = 0, legacyShare = 0, users, nativeErrors, failure } = traffic;
  const side = random() < legacyShare ? "legacy" : "native";
  const isFailed = random() < (side === "native" ? nativeErrors : legacyErrors);
  return exchangeRecord({
    cohort: String(users === undefined ? index : index % users),
    decision: { side, reason: "route-flag", flag: "pam.x" },
    ...(isFailed && { status: 500, ...(side === "native" && failure) }),
  });
}

const settle = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function setUp(more: Partial<GuardOptions> = {}) {
  const clock = createManualClock();
  const guard = createGuard({ clock, logger: silentLogger, createId: () => "trip-1", ...more });
  const isTripped = (): boolean => guard.isTripped(ROUTE);
  /** Gives the requests until a trip, or all of them. */
  function send(traffic: Traffic, random: () => number = createRandom(7)): number {
    for (let index = 0; index < traffic.requests; index += 1) {
      if (isTripped()) return index;
      clock.advance(traffic.everyMs ?? 100);
      guard.observer.requestEnded(drawRecord(traffic, index, random));
    }
    return traffic.requests;
  }
  return { clock, guard, send, isTripped, alone: () => guard.of(ROUTE).reading?.alone };
}

const BOTH: Traffic = {
  legacyShare: 0.5,
  nativeErrors: 0.005,
  legacyErrors: 0.005,
  requests: 3_000,
};

test.each([1, 0.5])(
  "from the start of the process at 100 % native, a share of failures of %d trips about a minute on",
  (nativeErrors) => {
    const { guard, send } = setUp();
    expect(send({ nativeErrors, requests: 36_000 })).toBeLessThanOrEqual(700);
    const { trip } = guard.of(ROUTE);
    expect(trip).toMatchObject({ signal: "errors", counts: { legacy: { count: 0 } } });
    expect(trip?.reason).toBe(
      "Too little is known of legacy to compare with: 25 % of failures are tolerated.",
    );
  },
);

test("from the start of the process, 5 % of failures may be anybody's", () => {
  const { send, isTripped } = setUp();
  send({ nativeErrors: 0.05, requests: 100_000 });
  expect(isTripped()).toBe(false);
});

test.each([
  [1, 1_300],
  [0.5, 1_300],
  [0.05, 6_000],
])(
  "after a cutover a share of failures of %d is held against what legacy did, and trips within %d requests",
  (nativeErrors, within) => {
    const { guard, send } = setUp();
    send(BOTH);
    expect(send({ nativeErrors, requests: 36_000 })).toBeLessThanOrEqual(within);
    expect(guard.of(ROUTE).trip?.reason).toMatch(
      /^Legacy failed \d+ of 1\d{3} requests when it was last seen, \d+ min ago: 2\.\d % of failures/u,
    );
  },
);

test("legacy is known from before native's first request, so that a cutover in one step is held against it", () => {
  const { guard, send } = setUp();
  send({ nativeErrors: 0, legacyErrors: 0.005, legacyShare: 1, requests: 2_000 });
  expect(guard.of(ROUTE).reading).toBeUndefined();
  expect(send({ nativeErrors: 0.05, requests: 36_000 })).toBeLessThanOrEqual(6_000);
  expect(guard.of(ROUTE).trip?.reason).toMatch(/^Legacy failed \d+ of 2000 requests/u);
});

test("an outage of both that begins with the cutover is not held against native by legacy's good times before", () => {
  const { send, isTripped } = setUp();
  send({ nativeErrors: 0, legacyShare: 1, requests: 2_000 });
  send({ nativeErrors: 1, legacyErrors: 1, legacyShare: 0.2, requests: 3_000 });
  expect(isTripped()).toBe(false);
});

test.each([
  ["clients leave", 499],
  ["answers come late", 200],
])("a native side that hangs trips, where %s after half a minute", (_how, status) => {
  const { guard, clock } = setUp();
  for (let index = 0; index < 1_000 && !guard.isTripped(ROUTE); index += 1) {
    clock.advance(100);
    guard.observer.requestEnded(
      exchangeRecord({
        cohort: String(index),
        decision: { side: "native", reason: "route-flag", flag: "pam.x" },
        status,
        totalMs: 30_000,
      }),
    );
  }
  expect(guard.isTripped(ROUTE)).toBe(true);
});

test("what legacy did is remembered for hours, with its age told, and forgotten after a day", () => {
  const { clock, send, alone } = setUp();
  send(BOTH);
  clock.advance(5 * HOUR_MS);
  expect(alone()?.text).toContain("when it was last seen, 5 h ago");
  clock.advance(24 * HOUR_MS);
  expect(alone()?.text).toContain("Too little is known of legacy");
});

test("a legacy that is known to fail of old is no reason to go back, however native fails", () => {
  const { send, isTripped } = setUp();
  send({ ...BOTH, nativeErrors: 1, legacyErrors: 1 });
  send({ nativeErrors: 1, requests: 20_000 });
  expect(isTripped()).toBe(false);
});

test("trouble of both that is over within half a minute trips nothing, and nor does it when it comes again", () => {
  const { send, isTripped } = setUp();
  send(BOTH);
  send({ nativeErrors: 0.005, requests: 3_000 });
  for (let time = 0; time < 10; time += 1) {
    send({ nativeErrors: 1, requests: 250 });
    send({ nativeErrors: 0.005, requests: 3_000 });
  }
  expect(isTripped()).toBe(false);
});

test("where a few in a hundred are still legacy's and fail as well, it is an outage of both", () => {
  const random = createRandom(73);
  const trips = Array.from({ length: 60 }, () => {
    const { send, isTripped } = setUp();
    send({ ...BOTH, legacyShare: 0.03, requests: 20_000 }, random);
    send({ nativeErrors: 1, legacyErrors: 1, legacyShare: 0.03, requests: 3_000 }, random);
    return isTripped();
  });
  expect(trips.filter(Boolean)).toHaveLength(0);
});

test("a few clients that repeat a broken request over and over are no broken route", () => {
  const { clock, guard, send, isTripped } = setUp();
  send({ ...BOTH, nativeErrors: 0, legacyErrors: 0 });
  for (let index = 0; index < 50_000; index += 1) {
    clock.advance(10);
    const isBroken = index % 10 === 0;
    guard.observer.requestEnded(
      exchangeRecord({
        cohort: isBroken ? `broken-${index % 9}` : String(index),
        decision: { side: "native", reason: "route-flag", flag: "pam.x" },
        status: isBroken ? 500 : 200,
      }),
    );
  }
  expect(isTripped()).toBe(false);
});

test("failures that legacy could not answer in native's place either are not held against native", () => {
  const nativeFailure = { status: 500, errorCode: undefined };
  const both = setUp();
  both.send({ nativeErrors: 1, requests: 5_000, failure: { nativeFailure } });
  expect(both.isTripped()).toBe(false);
  const rescued = setUp();
  rescued.send({ nativeErrors: 1, requests: 5_000, failure: { nativeFailure, status: 200 } });
  expect(rescued.isTripped()).toBe(true);
});

test.each([404, 422, 499])("answers of %d are no failures", (status) => {
  const { send, isTripped } = setUp();
  send({ nativeErrors: 1, requests: 20_000, failure: { status } });
  expect(isTripped()).toBe(false);
});

test("a handful of users trips nothing, whatever they see and however long", () => {
  const { send, isTripped } = setUp();
  send({ nativeErrors: 1, users: 7, requests: 50_000 });
  expect(isTripped()).toBe(false);
});

test("twenty users to whom everything fails trip it", () => {
  const { send } = setUp();
  expect(send({ nativeErrors: 1, users: 20, requests: 10_000 })).toBeLessThan(1_000);
});

test("with fewer than twenty requests nothing is said", () => {
  const { send, isTripped, alone } = setUp();
  send({ nativeErrors: 1, requests: 19, everyMs: 20_000 });
  expect([isTripped(), alone()?.verdict]).toEqual([false, "inconclusive"]);
});

test("a trip is held back while legacy is not there, says so, and comes when legacy is back", async () => {
  let isThere = false;
  let asked = 0;
  const { send, isTripped, alone } = setUp({
    isLegacyThere: async () => {
      asked += 1;
      return isThere;
    },
  });
  send({ nativeErrors: 1, requests: 700 });
  await settle();
  expect([isTripped(), asked]).toEqual([false, 1]);
  expect(alone()).toMatchObject({ verdict: "worse" });
  expect(alone()?.text).toMatch(/Legacy is not there either, so the guard holds\.$/u);
  isThere = true;
  send({ nativeErrors: 1, requests: 200 });
  await settle();
  expect(isTripped()).toBe(true);
});

test("a trip that was held back does not come when native is well again", async () => {
  let isThere = false;
  const { send, isTripped, alone } = setUp({ isLegacyThere: async () => isThere });
  send(BOTH);
  send({ nativeErrors: 1, requests: 20_000 });
  await settle();
  expect(alone()?.verdict).toBe("worse");
  send({ nativeErrors: 0.005, requests: 600 });
  isThere = true;
  for (let time = 0; time < 20; time += 1) {
    send({ nativeErrors: 0.005, requests: 150 });
    // oxlint-disable-next-line no-await-in-loop -- an answer may come at any time
    await settle();
  }
  expect([isTripped(), alone()?.verdict]).toEqual([false, "tolerable"]);
});

test("after a reset native has a clean slate, and what is known of legacy is still known", () => {
  const { guard, send, isTripped, alone } = setUp();
  send(BOTH);
  send({ nativeErrors: 1, requests: 2_000 });
  guard.reset(ROUTE, { by: "ada", reason: "fixed" });
  send({ nativeErrors: 0.005, requests: 5_000 });
  expect(isTripped()).toBe(false);
  expect(alone()).toMatchObject({ verdict: "tolerable" });
  expect(alone()?.text).toContain("Legacy failed");
});

test(
  "a native side that fails no more than legacy did stays quiet in 99 of 100 long runs, at any rate",
  {
    timeout: 60_000,
  },
  () => {
    const random = createRandom(71);
    let trips = 0;
    const rates = fc.sample(fc.double({ min: 0, max: 0.6, noNaN: true }), {
      numRuns: 200,
      seed: 72,
    });
    for (const rate of rates) {
      const { send, isTripped } = setUp();
      const errors = { nativeErrors: rate, legacyErrors: rate };
      send({ ...errors, legacyShare: 0.5, requests: 400 }, random);
      send({ ...errors, requests: 20_000 }, random);
      if (isTripped()) trips += 1;
    }
    expect(trips).toBeLessThanOrEqual(rates.length / 100);
  },
);
