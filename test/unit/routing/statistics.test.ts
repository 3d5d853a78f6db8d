import { expect, test } from "vitest";

import { RELATIVE_ERROR } from "#platform/histogram.ts";
import type { ExchangeRecord } from "#routing/exchange.ts";
import { createStatistics } from "#routing/statistics.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { createManualClock } from "#support/manual-clock.ts";

const NATIVE = { side: "native", reason: "route-flag", flag: "pam.chat.health" } as const;

function setUp() {
  const clock = createManualClock();
  const statistics = createStatistics(clock);
  return {
    clock,
    statistics,
    end: (differences?: Partial<ExchangeRecord>) =>
      statistics.requestEnded(exchangeRecord(differences)),
  };
}

const within = (value: number | null | undefined, exact: number): boolean =>
  typeof value === "number" && Math.abs(value - exact) / exact <= RELATIVE_ERROR;

test("a side that has answered nothing has no statistics", () => {
  const { statistics } = setUp();
  expect(statistics.of("chat.health")).toEqual({ legacy: null, native: null });
});

test("each side of a route is counted on its own", () => {
  const { statistics, end } = setUp();
  for (const totalMs of [10, 20, 400]) end({ totalMs });
  end({ decision: NATIVE, totalMs: 2 });
  const { legacy, native } = statistics.of("chat.health");
  expect(legacy).toMatchObject({ requests: 3, totalRequests: 3, errors: 0 });
  expect(within(legacy?.p50Ms, 20)).toBe(true);
  expect(within(legacy?.p95Ms, 400)).toBe(true);
  expect(native).toMatchObject({ requests: 1 });
  expect(within(native?.p50Ms, 2)).toBe(true);
  expect(statistics.of("chat.send")).toEqual({ legacy: null, native: null });
});

test.each<[string, Partial<ExchangeRecord>, number]>([
  ["an answer of 500", { status: 500 }, 1],
  ["an answer that broke off", { status: 200, errorCode: "UPSTREAM_RESET" }, 1],
  ["a time-out of the upstream", { status: 504, errorCode: "UPSTREAM_TIMEOUT" }, 1],
  ["a refused token", { status: 401, errorCode: "TOKEN_INVALID" }, 0],
  ["a client that left", { status: 499 }, 0],
  ["an unknown thing", { status: 404 }, 0],
])("%s counts as errors: %#", (_name, differences, errors) => {
  const { statistics, end } = setUp();
  end(differences);
  expect(statistics.of("chat.health").legacy).toMatchObject({ errors, totalErrors: errors });
});

test("what is older than the window drops out of it, and totals stay", () => {
  const { statistics, clock, end } = setUp();
  end({ totalMs: 900, status: 500 });
  clock.advance(statistics.windowMs / 2);
  end({ totalMs: 30 });
  expect(statistics.of("chat.health").legacy).toMatchObject({ requests: 2, errors: 1 });
  clock.advance(statistics.windowMs / 2);
  const { legacy } = statistics.of("chat.health");
  expect(legacy).toMatchObject({ requests: 1, errors: 0, totalRequests: 2, totalErrors: 1 });
  expect(within(legacy?.p95Ms, 30)).toBe(true);
});

test("a slot that is used again forgets what it held one window ago", () => {
  const { statistics, clock, end } = setUp();
  end({ status: 500 });
  clock.advance(statistics.windowMs);
  end();
  expect(statistics.of("chat.health").legacy).toMatchObject({ requests: 1, errors: 0 });
});

test("a quiet side keeps its last sight and shows an empty window", () => {
  const { statistics, clock, end } = setUp();
  end();
  clock.advance(statistics.windowMs * 3);
  expect(statistics.of("chat.health").legacy).toMatchObject({
    requests: 0,
    p50Ms: null,
    p95Ms: null,
    totalRequests: 1,
    lastSeenAgoMs: statistics.windowMs * 3,
  });
});

test("open sockets are counted until they close", () => {
  const { statistics, end } = setUp();
  const record = exchangeRecord({ status: 101 });
  const close = { code: 1000, initiator: "client", bytesIn: 0, bytesOut: 0 } as const;
  end({ status: 101 });
  statistics.socketOpened(record);
  statistics.socketOpened(record);
  statistics.socketClosed(record, close);
  expect(statistics.of("chat.health").legacy).toMatchObject({ openSockets: 1, requests: 1 });
});

test("a request that no row names is not counted for any route", () => {
  const { statistics, end } = setUp();
  const decision = { side: "legacy", reason: "no-route", flag: undefined } as const;
  end({ route: undefined, decision });
  statistics.socketOpened(exchangeRecord({ route: undefined, decision }));
  expect(statistics.of("chat.health")).toEqual({ legacy: null, native: null });
});
