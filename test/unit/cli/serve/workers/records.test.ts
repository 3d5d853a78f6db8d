import { deserialize, serialize } from "node:v8";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { fromWorkerSchema } from "#cli/serve/workers/messages.ts";
import type { RecordBatch } from "#cli/serve/workers/record-batch.ts";
import { createRecordReceiver } from "#cli/serve/workers/record-receiver.ts";
import { createRecordSender } from "#cli/serve/workers/record-sender.ts";
import { createMetrics } from "#platform/metrics.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

type Note = readonly [what: string, record: unknown, more?: unknown];

const toPlain = ({ caller, ...record }: ExchangeOutline) => ({
  ...record,
  caller: caller.isUnknown === true ? "unknown" : [caller.clientLabel(), caller.parameterNames()],
});

function createNotes() {
  const notes: Note[] = [];
  const observer: ExchangeObserver<ExchangeOutline> = {
    requestStarted: () => {},
    requestEnded: (record) => void notes.push(["ended", toPlain(record)]),
    requestRefused: () => {},
    socketOpened: ({ route }) => void notes.push(["opened", route?.id]),
    socketClosed: ({ route }, close) => void notes.push(["closed", route?.id, close]),
  };
  return { notes, observer };
}

/** A sender whose batches go through what carries them between processes, to a receiver. */
function setUp({ askedPerSecond = 100, isTaken = true } = {}) {
  const time = createManualTime();
  const metrics = createMetrics({ version: "0" });
  const { notes, observer } = createNotes();
  const frames: string[] = [];
  const uses: unknown[] = [];
  const batches: RecordBatch[] = [];
  const receiver = createRecordReceiver({
    observer,
    census: {
      noteFrame: ({ route, caller }, type) =>
        void frames.push(
          `${route?.id} ${caller.isUnknown === true ? "?" : caller.clientLabel()} ${type}`,
        ),
    },
    flags: { countUse: (use) => void uses.push(use) },
  });
  const sender = createRecordSender({
    send(batch, onSent) {
      const told = fromWorkerSchema.parse(deserialize(serialize(batch)));
      if (told.kind !== "records") throw new TypeError("No records");
      batches.push(told);
      receiver.take(told);
      if (isTaken) onSent();
    },
    askedPerSecond,
    metrics,
    clock: time.clock,
    scheduler: time.scheduler,
  });
  const droppedCount = async (): Promise<string | undefined> =>
    (await metrics.render())
      .split("\n")
      .find((line) => line.startsWith("banyan_worker_records_dropped_total"));
  return { sender, receiver, notes, frames, uses, batches, time, droppedCount };
}

const records = fc.record({
  method: fc.constantFrom("GET", "POST", "WS", "BREW"),
  path: fc.string(),
  route: fc.constantFrom(undefined, ...ROUTE_TABLE.slice(0, 5)),
  side: fc.constantFrom("legacy" as const, "native" as const),
  flag: fc.constantFrom(undefined, "pam.chat", "pam.ws"),
  cohort: fc.stringMatching(/^[0-9a-f]{12}$/u),
  status: fc.constantFrom(200, 404, 499, 502),
  errorCode: fc.constantFrom(undefined, "UPSTREAM_RESET" as const),
  nativeFailure: fc.constantFrom(undefined, { status: 500, errorCode: undefined }),
  totalMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
});

test("every record arrives as it was, in its order, whatever it says", () => {
  fc.assert(
    fc.property(fc.array(records, { maxLength: 40 }), (given) => {
      const { sender, notes, time } = setUp({ askedPerSecond: 0 });
      const sent = given.map(({ side, flag, path, ...each }) =>
        exchangeRecord({
          ...each,
          path: each.route?.path ?? path,
          decision: { side, reason: "route-flag", flag },
        }),
      );
      for (const record of sent) sender.observer.requestEnded(record);
      time.advance(50);
      const expected = sent.map((record) => {
        const { method, path, route, decision, cohort, status, errorCode, nativeFailure, totalMs } =
          record;
        const outline = { method, path, route, decision, cohort, status, errorCode, totalMs };
        return ["ended", { ...outline, nativeFailure, caller: "unknown" }];
      });
      expect(notes).toEqual(expected);
    }),
  );
});

test("records wait for others no longer than a twentieth of a second, and for no more than five hundred", () => {
  const { sender, batches, time } = setUp();
  sender.observer.requestEnded(exchangeRecord());
  time.advance(49);
  expect(batches.length).toBe(0);
  time.advance(1);
  expect(batches.map(({ cohorts }) => cohorts.length)).toEqual([1]);
  for (let count = 0; count < 1_001; count += 1) sender.observer.requestEnded(exchangeRecord());
  expect(batches.map(({ cohorts }) => cohorts.length)).toEqual([1, 500, 500]);
  expect(batches.at(-1)?.kinds.length).toBe(1);
});

test("who asks is told of so many requests a second, on the legacy side alone", () => {
  const { sender, batches } = setUp({ askedPerSecond: 2 });
  const native = { side: "native", reason: "route-flag", flag: "pam.chat" } as const;
  sender.observer.requestEnded(exchangeRecord({ decision: native }));
  for (let count = 0; count < 5; count += 1) sender.observer.requestEnded(exchangeRecord());
  sender.flush();
  expect(batches[0]?.callers).toEqual([
    { at: 1, label: "curl", names: [] },
    { at: 2, label: "curl", names: [] },
  ]);
});

test("a primary that takes nothing costs records, which are counted, and no socket", async () => {
  const { sender, batches, time, droppedCount } = setUp({ isTaken: false });
  for (let count = 0; count < 100; count += 1) {
    sender.observer.requestEnded(exchangeRecord());
    sender.flush();
  }
  const [kept, gone] = [exchangeRecord(), exchangeRecord()];
  const close = { code: 1000, initiator: "client", bytesIn: 0, bytesOut: 0 } as const;
  sender.observer.socketOpened(kept);
  sender.observer.socketOpened(gone);
  sender.observer.socketClosed(gone, close);
  for (let count = 0; count < 3; count += 1) sender.observer.requestEnded(exchangeRecord());
  time.advance(50);
  expect(batches.length).toBe(100);
  expect(await droppedCount()).toBe("banyan_worker_records_dropped_total 3");
});

test("sockets are told from their handshake to their end, and all of them ended where the worker is gone", () => {
  const { sender, receiver, notes } = setUp();
  const route = routeOf("ws.socket");
  const [one, other] = [exchangeRecord({ route }), exchangeRecord({ route })];
  sender.observer.socketOpened(one);
  sender.observer.socketOpened(other);
  const close = { code: 1001, initiator: "client", bytesIn: 3, bytesOut: 4 } as const;
  sender.observer.socketClosed(one, close);
  sender.flush();
  expect(notes).toEqual([
    ["opened", "ws.socket"],
    ["opened", "ws.socket"],
    ["closed", "ws.socket", close],
  ]);
  receiver.close();
  expect(notes.at(-1)).toEqual([
    "closed",
    "ws.socket",
    { code: 1006, initiator: "proxy", bytesIn: 0, bytesOut: 0 },
  ]);
  receiver.close();
  expect(notes.length).toBe(4);
});

test("frames and flags are told as counts", () => {
  const { sender, frames, uses, batches } = setUp();
  const socket = exchangeRecord({ route: routeOf("ws.socket") });
  for (let count = 0; count < 3; count += 1) sender.noteFrame(socket, "chat");
  sender.countFlag("pam.chat", true);
  sender.countFlag("pam.chat", false);
  sender.countFlag("pam.chat", true);
  sender.flush();
  expect(batches[0]?.frames.length).toBe(1);
  expect(frames).toEqual(Array.from({ length: 3 }, () => "ws.socket curl chat"));
  expect(uses).toEqual([{ name: "pam.chat", on: 2, off: 1 }]);
});
