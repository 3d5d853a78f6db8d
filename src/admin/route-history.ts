import type { Clock } from "#platform/clock.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";
import type { Side } from "#routing/decide.ts";
import type { SideStatistics, Statistics } from "#routing/statistics.ts";

/** Points of one route: half an hour's shape, and an hour's sum, at two points a minute. */
const MOST_POINTS = 120;
const EVERY_MS = 30_000;

/** One side at one moment: its latencies of the last minutes, and what it did since the point before. */
export interface SidePoint {
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface HistoryPoint extends Readonly<Record<Side, SidePoint>> {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export type HourSplit = Readonly<
  Record<Side, { readonly requests: number; readonly errors: number }>
>;

/** How each route did over the last hour. */
export interface RouteHistory extends Closeable {
  /** The oldest first; empty where nobody has asked for the route yet. */
  of(routeId: string): readonly HistoryPoint[];
  /** What each side answered within the hour, up to now. */
  hourOf(routeId: string): HourSplit;
}

export interface RouteHistoryOptions {
  readonly routeIds: readonly string[];
  readonly statistics: Pick<Statistics, "of">;
  readonly clock: Pick<Clock, "now">;
  readonly scheduler?: Scheduler;
}

interface Totals {
  readonly requests: number;
  readonly errors: number;
}

const NOTHING: Totals = { requests: 0, errors: 0 };

const toTotals = (side: SideStatistics | null): Totals =>
  side === null ? NOTHING : { requests: side.totalRequests, errors: side.totalErrors };

const since = (now: Totals, before: Totals): Totals => ({
  requests: now.requests - before.requests,
  errors: now.errors - before.errors,
});

interface Kept {
  readonly points: HistoryPoint[];
  legacy: Totals;
  native: Totals;
}

/** Looks at every route twice a minute. A route that nobody asks for takes no memory. */
export function createRouteHistory({
  routeIds,
  statistics,
  clock,
  scheduler = systemScheduler,
}: RouteHistoryOptions): RouteHistory {
  const kept = new Map<string, Kept>();
  let isClosed = false;
  let cancel: (() => void) | undefined;

  function look(routeId: string): void {
    const { legacy, native } = statistics.of(routeId);
    if (legacy === null && native === null) return;
    const before = kept.get(routeId) ?? { points: [], legacy: NOTHING, native: NOTHING };
    const now = { legacy: toTotals(legacy), native: toTotals(native) };
    const toPoint = (side: Side, statisticsOfSide: SideStatistics | null): SidePoint => ({
      ...since(now[side], before[side]),
      p50Ms: statisticsOfSide?.p50Ms ?? null,
      p95Ms: statisticsOfSide?.p95Ms ?? null,
    });
    before.points.push({
      atMs: clock.now(),
      legacy: toPoint("legacy", legacy),
      native: toPoint("native", native),
    });
    if (before.points.length > MOST_POINTS) before.points.shift();
    kept.set(routeId, { points: before.points, ...now });
  }

  function schedule(): void {
    if (isClosed) return;
    cancel = scheduler.after(EVERY_MS, () => {
      for (const routeId of routeIds) look(routeId);
      schedule();
    });
  }
  schedule();

  return {
    of: (routeId) => kept.get(routeId)?.points ?? [],
    hourOf(routeId) {
      const { legacy, native } = statistics.of(routeId);
      const known = kept.get(routeId);
      const sumOf = (side: Side, now: Totals): Totals => {
        const fresh = since(now, known?.[side] ?? NOTHING);
        return (known?.points ?? []).reduce(
          (sum, point) => ({
            requests: sum.requests + point[side].requests,
            errors: sum.errors + point[side].errors,
          }),
          fresh,
        );
      };
      return {
        legacy: sumOf("legacy", toTotals(legacy)),
        native: sumOf("native", toTotals(native)),
      };
    },
    async close() {
      isClosed = true;
      cancel?.();
    },
  };
}
