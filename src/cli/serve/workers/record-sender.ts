import {
  createPending,
  toBatch,
  toKeptSockets,
  toKind,
  toKindText,
} from "#cli/serve/workers/pending-records.ts";
import type { RecordBatch } from "#cli/serve/workers/record-batch.ts";
import { drawOf } from "#delivery/ceiling/index.ts";
import type { Census } from "#delivery/census/index.ts";
import type { Clock } from "#platform/clock.ts";
import type { FlagFeed } from "#platform/flags/index.ts";
import type { Metrics } from "#platform/metrics.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";

/** How long a record may wait for others, and with how many it goes at once. */
const FLUSH_MS = 50;
const MOST_RECORDS = 500;
/** Batches that the primary has not taken yet; beyond them records are dropped, and counted. */
const MOST_UNSENT = 100;
/** Frames by route, client and type that wait. */
const MOST_FRAMES = 1_000;

export interface RecordSenderOptions {
  /** `onSent` is called when the batch has gone out. */
  readonly send: (batch: RecordBatch, onSent: () => void) => void;
  /** Exchanges in a second whose sender is told. */
  readonly askedPerSecond: number;
  readonly metrics: Pick<Metrics, "counter">;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly scheduler: Scheduler;
}

export interface RecordSender {
  readonly observer: ExchangeObserver<ExchangeOutline>;
  readonly noteFrame: Census["noteFrame"];
  readonly countFlag: FlagFeed["count"];
  /** Sends what waits. */
  flush(): void;
}

/** Gathers what happens in a worker and tells the primary, which steers by it, in batches. */
export function createRecordSender({
  send,
  askedPerSecond,
  metrics,
  clock,
  scheduler,
}: RecordSenderOptions): RecordSender {
  const dropped = metrics.counter({
    name: "banyan_worker_records_dropped_total",
    help: "Exchanges that were carried out and that the dashboard does not know of, because the primary was too busy",
    labels: [],
  })({});
  const socketIds = new WeakMap<ExchangeOutline, number>();
  let lastSocketId = 0;
  let pending = createPending();
  let unsent = 0;
  let isDue = false;
  let askedIn = 0;
  let asked = 0;

  function mayAsk(): boolean {
    const second = Math.floor(clock.monotonicMs() / 1_000);
    if (second !== askedIn) asked = 0;
    askedIn = second;
    asked += 1;
    return asked <= askedPerSecond;
  }

  function schedule(): void {
    if (isDue) return;
    isDue = true;
    scheduler.after(FLUSH_MS, flush);
  }

  function flush(): void {
    isDue = false;
    if (unsent >= MOST_UNSENT) {
      dropped.add(pending.cohorts.length);
      pending = { ...createPending(), ...toKeptSockets(pending) };
      schedule();
      return;
    }
    const { cohorts, opened, closed, frames, flagUses } = pending;
    if (cohorts.length + opened.length + closed.length + frames.size + flagUses.size === 0) return;
    const batch = toBatch(pending);
    pending = createPending();
    unsent += 1;
    send(batch, () => {
      unsent -= 1;
    });
  }

  function placeOf(record: ExchangeOutline): number {
    const text = toKindText(record);
    const known = pending.placeOf.get(text);
    if (known !== undefined) return known;
    const place = pending.kinds.push(toKind(record)) - 1;
    pending.placeOf.set(text, place);
    return place;
  }

  return {
    observer: {
      requestStarted: () => {},
      requestEnded(record) {
        const { cohort, totalMs, caller } = record;
        const draw = drawOf(record);
        pending.kindAt.push(placeOf(record));
        pending.totalMs.push(totalMs);
        pending.positions.push(draw === undefined ? 0 : caller.positionOf(draw));
        const at = pending.cohorts.push(cohort) - 1;
        if (record.decision.side === "legacy" && mayAsk()) {
          const [label, names] = [caller.clientLabel(), [...caller.parameterNames()]];
          pending.callers.push({ at, label, names });
        }
        if (at + 1 >= MOST_RECORDS) flush();
        else schedule();
      },
      requestRefused: () => {},
      socketOpened(record) {
        lastSocketId += 1;
        socketIds.set(record, lastSocketId);
        const { cohort, totalMs } = record;
        const handshake = toKind(record);
        pending.opened.push({ socketId: lastSocketId, handshake, cohort, totalMs });
        schedule();
      },
      socketClosed(record, close) {
        const socketId = socketIds.get(record);
        if (socketId === undefined) return;
        pending.closed.push({ socketId, close });
        schedule();
      },
    },
    noteFrame({ route, decision, caller }, type) {
      if (route === undefined || decision.side !== "legacy") return;
      const label = mayAsk() ? caller.clientLabel() : undefined;
      const text = `${route.id}\n${label}\n${type}`;
      const known = pending.frames.get(text);
      if (known !== undefined) known.count += 1;
      else if (pending.frames.size < MOST_FRAMES) {
        const frame = { routeId: route.id, type, count: 1 };
        pending.frames.set(text, label === undefined ? frame : { ...frame, label });
      }
      schedule();
    },
    countFlag(name, enabled) {
      const use = pending.flagUses.get(name) ?? { name, on: 0, off: 0 };
      use[enabled ? "on" : "off"] += 1;
      pending.flagUses.set(name, use);
      schedule();
    },
    flush,
  };
}
