import { expect, test } from "vitest";

import { createCensus, createMemoryCensusStore } from "#delivery/census/index.ts";
import type { CensusStore } from "#delivery/census/use.ts";
import type { Side } from "#routing/decide.ts";
import type { ExchangeRecord } from "#routing/exchange.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { until } from "#support/until.ts";

function setUp(wrap: (store: CensusStore) => CensusStore = (store) => store) {
  const time = createManualTime();
  const warnings: string[] = [];
  const store = wrap(createMemoryCensusStore(time.clock.now()));
  const logger = { warn: (_fields: object, message: string) => void warnings.push(message) };
  const census = createCensus({ store, ...time, logger });
  return {
    census,
    time,
    warnings,
    end: (record: ExchangeRecord) => census.observer.requestEnded(record),
    /** One in ten milliseconds, without the store being told meanwhile. */
    endSlowly: (record: ExchangeRecord): void => {
      time.clock.advance(10);
      census.observer.requestEnded(record);
    },
  };
}

const from = (client: string, names: readonly string[] = [], side: Side = "legacy") =>
  exchangeRecord({
    decision: { side, reason: "concern-flag", flag: "pam.chat" },
    caller: { clientLabel: () => client, parameterNames: () => names, positionOf: () => 1 },
  });

test("who uses legacy is told by route, client and parameter, with the last time", async () => {
  const { census, time, end } = setUp();
  const startMs = time.clock.now();
  end(from("curl", ["limit"]));
  time.advance(1_000);
  end(from("chrome from app.example", ["limit", "days"]));
  end(from("chrome from app.example"));
  end(from("curl", ["limit"], "native"));
  const { routes, sinceMs, unknown } = await census.report();
  const later = startMs + 1_000;
  expect([sinceMs, unknown]).toEqual([startMs, []]);
  expect(routes).toEqual([
    {
      routeId: "chat.health",
      legacy: { hits: 3, lastSeenMs: later },
      native: { hits: 1, lastSeenMs: later },
      legacyCohorts: 1,
      clients: [
        {
          client: "chrome from app.example",
          hits: 2,
          lastSeenMs: later,
          names: [
            { name: "limit", hits: 1, lastSeenMs: later },
            { name: "days", hits: 1, lastSeenMs: later },
          ],
        },
        {
          client: "curl",
          hits: 1,
          lastSeenMs: startMs,
          names: [{ name: "limit", hits: 1, lastSeenMs: startMs }],
        },
      ],
    },
  ]);
});

test("of a native request nobody asks who sent it", () => {
  const { end } = setUp();
  const caller = {
    clientLabel: (): string => {
      throw new Error("asked in vain");
    },
    parameterNames: () => [],
    positionOf: () => 1,
  };
  expect(() => end({ ...from("x", [], "native"), caller })).not.toThrow();
});

test("paths that no row names are told by their template, and ids are not", async () => {
  const { census, end } = setUp();
  for (let id = 0; id < 100; id += 1) {
    end(exchangeRecord({ route: undefined, path: `/api/v1/trips/${id}` }));
  }
  const { unknown } = await census.report();
  expect(unknown).toMatchObject([{ path: "GET /api/v1/trips/{id}", client: "curl", hits: 100 }]);
});

test("frames are told by type, and those of native sockets are not", async () => {
  const { census } = setUp();
  const socket = exchangeRecord({ route: routeOf("ws.socket"), method: "GET" });
  census.noteFrame(socket, "chat");
  census.noteFrame(socket, "<script>");
  census.noteFrame({ ...socket, decision: from("x", [], "native").decision }, "ping");
  const { routes } = await census.report();
  expect(routes[0]?.clients[0]?.names.map(({ name }) => name)).toEqual([
    "frame chat",
    "frame (odd)",
  ]);
});

test("made-up clients and parameters do not make it grow", async () => {
  const { census, endSlowly: end } = setUp();
  for (let index = 0; index < 2_000; index += 1) end(from(`client-${index}`, [`name-${index}`]));
  const { routes } = await census.report();
  const clients = routes[0]?.clients ?? [];
  expect(clients).toHaveLength(65);
  expect(clients.find(({ client }) => client === "(other)")?.hits).toBe(2_000 - 64);
  expect(routes[0]?.legacy.hits).toBe(2_000);
});

test("in a busy second only some are asked who they are, and all are counted for their route", async () => {
  const { census, time, end } = setUp();
  for (let index = 0; index < 1_000; index += 1) end(from("curl", ["limit"]));
  time.clock.advance(1_000);
  end(from("curl", ["limit"]));
  const { routes } = await census.report();
  expect(routes[0]?.legacy.hits).toBe(1_001);
  const hits = routes[0]?.clients.map((client) => [client.client, client.hits]);
  expect(hits).toEqual([
    ["curl", 201],
    ["(not asked)", 800],
  ]);
});

test("the store is told every ten seconds, and at the end", async () => {
  const batches: number[] = [];
  const { census, time, end } = setUp((store) => ({
    ...store,
    add: async (batch) => {
      batches.push(batch.uses.length);
      await store.add(batch);
    },
  }));
  end(from("curl"));
  expect(batches).toEqual([]);
  time.advance(10_000);
  await until(() => batches.length === 1);
  await until(() => time.pendingTimers === 1);
  end(from("curl"));
  await census.close();
  expect(batches).toEqual([1, 1]);
  expect(time.pendingTimers).toBe(0);
});

test("what a store that is away could not take is told later, and the outage once", async () => {
  let isAway = true;
  const { census, warnings, end } = setUp((store) => ({
    ...store,
    add: async (batch) => {
      if (isAway) throw new Error("away");
      await store.add(batch);
    },
  }));
  end(from("curl"));
  await census.report();
  end(from("curl"));
  await census.report();
  isAway = false;
  const { routes } = await census.report();
  expect(routes[0]?.legacy.hits).toBe(2);
  expect(routes[0]?.legacyCohorts).toBe(1);
  expect(warnings).toEqual(["The census cannot be kept"]);
});

const LETTERS = "abcdefghij";
/** A number as a word that could be a name in a path. */
const toWord = (index: number): string =>
  String(index).replaceAll(/\d/gu, (digit) => LETTERS.charAt(Number(digit)));

test("what waits for the store is bounded, and a flood of unknown paths hides no known route", async () => {
  const { census, endSlowly: end } = setUp();
  for (let index = 0; index < 6_000; index += 1) {
    end(exchangeRecord({ route: undefined, path: `/${toWord(index)}` }));
  }
  expect(census.dropped).toBe(5_000);
  end(from("curl"));
  expect((await census.report()).routes[0]?.legacy.hits).toBe(1);
});

test("made-up names on many routes hide no request", async () => {
  const { census, endSlowly: end } = setUp();
  for (const id of ["chat.send", "chat.history", "chat.context"]) {
    for (let index = 0; index < 3_000; index += 1) {
      end({ ...from(`client-${index % 64}`, [`name-${index % 48}`]), route: routeOf(id) });
    }
  }
  for (let index = 0; index < 10; index += 1) end(from(`client-${index}`));
  const { routes } = await census.report();
  const hits = routes.map(({ routeId, legacy }) => [routeId, legacy.hits]);
  expect(hits).toEqual([
    ["chat.context", 3_000],
    ["chat.health", 10],
    ["chat.history", 3_000],
    ["chat.send", 3_000],
  ]);
});
