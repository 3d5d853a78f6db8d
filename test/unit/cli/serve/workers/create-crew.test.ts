import { setImmediate as nextTurn } from "node:timers/promises";

import { expect, test } from "vitest";

import { createCrew } from "#cli/serve/workers/create-crew.ts";
import type { FromPrimary, FromWorker } from "#cli/serve/workers/messages.ts";
import { EMPTY_DOCUMENT } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import type { WorkerEvents } from "#platform/workers/worker-process.ts";
import { createStatistics } from "#routing/statistics.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

/** Workers that do nothing by themselves. */
function setUp(count = 2) {
  const time = createManualTime();
  const flags = { ...createFakeFlags(), document: () => EMPTY_DOCUMENT, countUse: () => {} };
  const workers: { readonly events: WorkerEvents; readonly told: FromPrimary[] }[] = [];
  const tripped = new Set<string>();
  const shadowed: unknown[] = [];
  const statistics = createStatistics(time.clock);
  const crew = createCrew({
    count,
    startWorker(events) {
      const told: FromPrimary[] = [];
      const id = workers.push({ events, told });
      return {
        id,
        pid: undefined,
        send: (message) => void told.push(message as FromPrimary),
        kill: () => events.ended("signal SIGKILL"),
      };
    },
    origin: new URL("http://127.0.0.1:1"),
    flags,
    delivery: {
      safeguards: { isTripped: (routeId) => tripped.has(routeId), ceilingOf: () => undefined },
      census: { noteFrame: () => {} } as never,
      comparisons: {
        recordShadow: ({ routeId, toExample }) =>
          void shadowed.push([routeId, toExample?.("7", 8).id]),
        recordBaseline: (routeId) => void shadowed.push(routeId),
      },
    },
    observer: statistics,
    clock: time.clock,
    scheduler: time.scheduler,
    logger: silentLogger,
  });
  const say = (id: number, message: FromWorker): void => workers[id - 1]?.events.message(message);
  const toldTo = (id: number): readonly string[] =>
    (workers[id - 1]?.told ?? []).map(({ kind }) => kind);
  return { crew, workers, say, toldTo, time, flags, tripped, shadowed };
}

const TIMES = { graceMs: 4_500, withinMs: 5_000 };
const LISTENING = { kind: "listening", url: "http://127.0.0.1:8080/" } as const;

/** Both have been set up, and listen. */
async function setUpListening() {
  const given = setUp();
  const started = given.crew.start();
  for (const id of [1, 2]) {
    given.say(id, { kind: "hello" });
    given.say(id, LISTENING);
  }
  await started;
  return given;
}

test("a worker is told everything when it says hello, and the service has started when all listen", async () => {
  const { crew, say, toldTo, workers } = setUp();
  const started = crew.start();
  expect(toldTo(1)).toEqual([]);
  say(1, { kind: "hello" });
  expect(workers[0]?.told).toMatchObject([
    { kind: "setup", origin: "http://127.0.0.1:1/", safeguards: { tripped: [], ceilings: [] } },
  ]);
  say(1, LISTENING);
  say(2, { kind: "hello" });
  say(2, LISTENING);
  expect((await started).href).toBe(LISTENING.url);
  expect(crew.listening).toBe(2);
});

test("what one of the first cannot do ends the start with its reason", async () => {
  const { crew, say } = setUp();
  const started = crew.start();
  say(1, { kind: "failed", problem: "Cannot listen on 127.0.0.1:80: taken" });
  await expect(started).rejects.toThrow("Cannot run the workers: Cannot listen on 127.0.0.1:80");
});

test("workers that die before they listen end the start", async () => {
  const { crew, workers, time } = setUp(1);
  const started = crew.start();
  for (let start = 0; start < 5; start += 1) {
    workers.at(-1)?.events.ended("status 1");
    time.advance(10_000);
  }
  await expect(started).rejects.toThrow("start after start has failed");
});

test("a flip is told at once to all that were set up, a trip within a tenth of a second", async () => {
  const { flags, toldTo, time, tripped } = await setUpListening();
  flags.turn("pam.chat", "on");
  expect(toldTo(1)).toEqual(["setup", "flags"]);
  expect(toldTo(2)).toEqual(["setup", "flags"]);
  time.advance(1_000);
  expect(toldTo(1).length).toBe(2);
  tripped.add("chat.send");
  time.advance(100);
  expect(toldTo(2)).toEqual(["setup", "flags", "safeguards"]);
});

test("flags that go stale are told, and those that grow older are not", async () => {
  const { flags, toldTo, time } = await setUpListening();
  flags.confirm({ state: "fresh", source: "file", ageMs: 900, problem: undefined });
  time.advance(1_000);
  expect(toldTo(1)).toEqual(["setup"]);
  flags.confirm({ state: "stale", source: "file", ageMs: 900, problem: "gone" });
  time.advance(100);
  expect(toldTo(1)).toEqual(["setup", "flags"]);
});

const stopBoth = async (say: (id: number, message: FromWorker) => void): Promise<void> => {
  for (const id of [1, 2]) say(id, { kind: "stopped" });
  await nextTurn();
};

test("nobody drains before all have stopped accepting, but for a moment", async () => {
  const { crew, say, toldTo, time } = await setUpListening();
  void crew.drain(TIMES);
  say(1, { kind: "stopped" });
  await nextTurn();
  expect(toldTo(1)).toEqual(["setup", "stop"]);
  time.advance(250);
  await nextTurn();
  expect(toldTo(1)).toEqual(["setup", "stop", "drain"]);
  expect(toldTo(2)).toEqual(["setup", "stop", "drain"]);
});

test("a drain sums what all had to cut, and does not wait for one that is gone", async () => {
  const { crew, say, toldTo, workers, time } = await setUpListening();
  const draining = crew.drain(TIMES);
  expect(crew.isDraining).toBe(true);
  await stopBoth(say);
  expect(toldTo(1)).toEqual(["setup", "stop", "drain"]);
  say(1, { kind: "drained", report: { cutRequests: 2, cutSockets: 1 } });
  workers[1]?.events.ended("status 1");
  expect(await draining).toEqual({ cutRequests: 2, cutSockets: 1 });
  time.advance(60_000);
  expect(workers.length).toBe(2);
});

test("a drain ends with its grace, whoever has not answered, and those are ended then", async () => {
  const { crew, say, workers, time } = await setUpListening();
  const draining = crew.drain(TIMES);
  await stopBoth(say);
  say(1, { kind: "drained", report: { cutRequests: 1, cutSockets: 0 } });
  time.advance(5_000);
  expect(await draining).toEqual({ cutRequests: 1, cutSockets: 0 });
  const ended = crew.endWithin(500);
  workers[0]?.events.ended("status 0");
  time.advance(500);
  await ended;
});

test("one that says hello while the others drain is told to drain, too", async () => {
  const { crew, say, toldTo, workers } = setUp();
  void crew.start();
  const draining = crew.drain(TIMES);
  say(1, { kind: "hello" });
  expect(toldTo(1)).toEqual(["stop", "setup", "stop", "drain"]);
  for (const { events } of workers) events.ended("status 0");
  expect(await draining).toEqual({ cutRequests: 0, cutSockets: 0 });
});

test("comparisons of a worker's shadow are told on, with their example where there is one", async () => {
  const { say, shadowed } = await setUpListening();
  const compared = {
    kind: "compared",
    routeId: "chat.health",
    differences: [],
    omitted: 0,
    isFailed: false,
  } as const;
  say(1, { ...compared, differences: [] });
  say(2, {
    ...compared,
    differences: [],
    example: {
      kind: "conversation",
      id: "",
      requestId: "r",
      routeId: "chat.health",
      atMs: 0,
      differences: [],
      omitted: 0,
      effects: [],
      request: { target: "/", headers: [] },
      legacy: { frames: [] },
    },
  });
  say(1, { kind: "baseline", routeId: "chat.health", differences: [], omitted: 0 });
  expect(shadowed).toEqual([["chat.health", undefined], ["chat.health", "7"], "chat.health"]);
});

test("what is no message of a worker is ignored", async () => {
  const { workers, crew } = await setUpListening();
  workers[0]?.events.message({ kind: "unheard of" });
  workers[0]?.events.message("nonsense");
  expect(crew.listening).toBe(2);
});
