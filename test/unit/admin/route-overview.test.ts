import { expect, test } from "vitest";

import { createRouteOverview } from "#admin/route-overview.ts";
import { createStatistics } from "#routing/statistics.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { createManualClock } from "#support/manual-clock.ts";

const NATIVE = { side: "native", reason: "route-flag", flag: "pam.chat.health" } as const;

function setUp() {
  const flags = createFakeFlags();
  const clock = createManualClock();
  const statistics = createStatistics(clock);
  const listRoutes = createRouteOverview({
    routes: [routeOf("chat.health")],
    hasNative: () => true,
    flags,
    statistics,
    clock,
  });
  return { flags, clock, statistics, sides: () => listRoutes()[0]?.sides };
}

test("a route is on the side its flags send everybody to, from the moment they turn", () => {
  const { flags, sides } = setUp();
  expect(sides()).toEqual(["legacy"]);
  flags.turn("pam.chat", "on");
  expect(sides()).toEqual(["native"]);
  flags.turn("pam.chat.health", "off");
  expect(sides()).toEqual(["legacy"]);
  flags.remove("pam.chat.health");
  flags.turn("pam.legacy-only", "on");
  expect(sides()).toEqual(["legacy"]);
});

test.each([5, 50, 95])("a rollout of %i %% is on both sides before anybody asked", (percent) => {
  const { flags, sides } = setUp();
  flags.roll("pam.chat.health", percent);
  expect(sides()).toEqual(["legacy", "native"]);
});

test("traffic shows a side that no sample found, until the flags change", () => {
  const { flags, clock, statistics, sides } = setUp();
  clock.advance(120_000);
  statistics.requestEnded(exchangeRecord({ decision: NATIVE }));
  clock.advance(1_000);
  expect(sides()).toEqual(["legacy", "native"]);
  flags.turn("pam.chat.health", "off");
  clock.advance(1_000);
  expect(sides()).toEqual(["legacy"]);
});

test("traffic of long ago shows no side", () => {
  const { clock, statistics, sides } = setUp();
  clock.advance(120_000);
  statistics.requestEnded(exchangeRecord({ decision: NATIVE }));
  clock.advance(60_000);
  expect(sides()).toEqual(["legacy"]);
});

test("an open socket holds its side through a flip", () => {
  const { flags, clock, statistics, sides } = setUp();
  const record = exchangeRecord({ decision: NATIVE, status: 101 });
  statistics.socketOpened(record);
  flags.turn("pam.chat.health", "off");
  clock.advance(3_600_000);
  expect(sides()).toEqual(["legacy", "native"]);
  statistics.socketClosed(record, { code: 1012, initiator: "proxy", bytesIn: 0, bytesOut: 0 });
  expect(sides()).toEqual(["legacy"]);
});
