import type { Clock } from "#platform/clock.ts";
import { createHistogram, type Histogram } from "#platform/histogram.ts";
import type { Side } from "#routing/decide.ts";
import { type ExchangeObserver, type ExchangeOutline, isFailure } from "#routing/exchange.ts";

/** What one side of one route did. A WebSocket counts by its handshake. */
export interface SideStatistics {
  /** Within the window; `errors` are answers of 500 and above, and those that were never completed. */
  readonly requests: number;
  readonly errors: number;
  /** Of the window, in milliseconds, to within 3.2 %; `null` where it is empty. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Since the process started. */
  readonly totalRequests: number;
  readonly totalErrors: number;
  readonly lastSeenAgoMs: number;
  readonly openSockets: number;
}

/** `null`: the side has answered nothing since the process started. */
export type RouteStatistics = Readonly<Record<Side, SideStatistics | null>>;

export interface Statistics extends ExchangeObserver<ExchangeOutline> {
  readonly windowMs: number;
  of(routeId: string): RouteStatistics;
}

/** Ten slots that take turns: a number is between four and a half and five minutes old when it drops out. */
const SLOTS = 10;
const SLOT_MS = 30_000;

interface Slot {
  /** Which slot since the clock began; one that is too old is emptied when its turn comes again. */
  turn: number;
  errors: number;
  readonly durations: Histogram;
}

interface Series {
  readonly slots: readonly Slot[];
  totalRequests: number;
  totalErrors: number;
  lastSeenMs: number;
  openSockets: number;
}

const createSeries = (): Series => ({
  slots: Array.from({ length: SLOTS }, () => ({
    turn: -1,
    errors: 0,
    durations: createHistogram(),
  })),
  totalRequests: 0,
  totalErrors: 0,
  lastSeenMs: 0,
  openSockets: 0,
});

function slotAt(series: Series, nowMs: number): Slot {
  const turn = Math.floor(nowMs / SLOT_MS);
  const slot = series.slots[turn % SLOTS];
  if (slot === undefined) throw new RangeError("A monotonic clock is never negative");
  if (slot.turn !== turn) {
    slot.turn = turn;
    slot.errors = 0;
    slot.durations.reset();
  }
  return slot;
}

function summarise(series: Series, nowMs: number): SideStatistics {
  const oldestTurn = Math.floor(nowMs / SLOT_MS) - SLOTS + 1;
  const window = createHistogram();
  let errors = 0;
  for (const slot of series.slots) {
    if (slot.turn < oldestTurn) continue;
    window.add(slot.durations);
    errors += slot.errors;
  }
  return {
    requests: window.count,
    errors,
    p50Ms: window.quantile(0.5) ?? null,
    p95Ms: window.quantile(0.95) ?? null,
    totalRequests: series.totalRequests,
    totalErrors: series.totalErrors,
    lastSeenAgoMs: nowMs - series.lastSeenMs,
    openSockets: series.openSockets,
  };
}

/** Counts for the dashboard, for each side of each route of the table. A series takes 18 KB from its first request on. */
export function createStatistics(clock: Pick<Clock, "monotonicMs">): Statistics {
  const seriesBySide: Readonly<Record<Side, Map<string, Series>>> = {
    legacy: new Map(),
    native: new Map(),
  };

  function seriesOf({ route, decision }: ExchangeOutline): Series | undefined {
    if (route === undefined) return undefined;
    const ofSide = seriesBySide[decision.side];
    const known = ofSide.get(route.id);
    if (known !== undefined) return known;
    const created = createSeries();
    ofSide.set(route.id, created);
    return created;
  }

  function countSockets(record: ExchangeOutline, change: 1 | -1): void {
    const series = seriesOf(record);
    if (series !== undefined) series.openSockets += change;
  }

  return {
    windowMs: SLOTS * SLOT_MS,
    requestStarted: () => {},
    requestEnded(record) {
      const series = seriesOf(record);
      if (series === undefined) return;
      const nowMs = clock.monotonicMs();
      const slot = slotAt(series, nowMs);
      slot.durations.record(record.totalMs);
      series.totalRequests += 1;
      series.lastSeenMs = nowMs;
      if (!isFailure(record)) return;
      slot.errors += 1;
      series.totalErrors += 1;
    },
    requestRefused: () => {},
    socketOpened: (record) => countSockets(record, 1),
    socketClosed: (record) => countSockets(record, -1),
    of(routeId) {
      const nowMs = clock.monotonicMs();
      const summaryOf = (side: Side): SideStatistics | null => {
        const series = seriesBySide[side].get(routeId);
        return series === undefined ? null : summarise(series, nowMs);
      };
      return { legacy: summaryOf("legacy"), native: summaryOf("native") };
    },
  };
}
