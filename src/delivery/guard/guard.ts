import { createLegacyAsk } from "#delivery/guard/ask-legacy.ts";
import { GUARD_POLICY, type GuardPolicy } from "#delivery/guard/guard-policy.ts";
import {
  createRouteWatch,
  type Finding,
  type RouteReading,
  type RouteWatch,
} from "#delivery/guard/route-watch.ts";
import { toOutcome, toSocketOutcome } from "#delivery/guard/to-outcome.ts";
import type { BoardState, TripBoard } from "#delivery/guard/trip-board.ts";
import type { GuardEvent, Lift, Trip } from "#delivery/guard/trip.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Side } from "#routing/decide.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";

/** Events that are kept. */
const MOST_EVENTS = 200;

export interface GuardOptions {
  readonly clock: Clock;
  readonly logger: Pick<Logger, "error" | "warn" | "info">;
  readonly createId: () => string;
  readonly policy?: GuardPolicy;
  /** Tells other instances; without one a trip is this process's own. */
  readonly board?: TripBoard | undefined;
  /** Told of every trip and reset, those of other instances included. Must not throw. */
  readonly onEvent?: (event: GuardEvent) => void;
  /** Also turns the route's flag off at its source; called once for a trip, by the instance that found it. */
  readonly switchOff?: ((trip: Trip) => Promise<void>) | undefined;
  /**
   * Asked before a route goes back to a legacy whose traffic nobody has seen of late; where it is not there, the route
   * stays native.
   */
  readonly isLegacyThere?: (() => Promise<boolean>) | undefined;
}

export interface RouteGuard {
  /** `undefined`: the route is armed. */
  readonly trip: Trip | undefined;
  /** `undefined`: nothing native has been seen yet. */
  readonly reading: RouteReading | undefined;
}

/** Who sends a route back to native, and why: both are kept. */
export interface ResetOrder {
  readonly by: string;
  readonly reason: string;
}

/** Holds each route's native side against legacy, or what is remembered of it, and takes a route off it where it does worse. */
export interface Guard {
  readonly observer: ExchangeObserver<ExchangeOutline>;
  isTripped(routeId: string): boolean;
  of(routeId: string): RouteGuard;
  /** One comparison: of native with legacy, or on side `legacy` of legacy with itself. */
  recordDrift(routeId: string, side: Side, differs: boolean): void;
  /** Arms a tripped route again, with nothing held against it; false where it is not tripped. */
  reset(routeId: string, order: ResetOrder): boolean;
  /** Takes over trips that stood when the process ended. */
  restore(trips: readonly Trip[]): void;
  /** Newest first; at most 200. */
  events(): readonly GuardEvent[];
}

/**
 * A trip takes effect at once in this process and, by the board, in all others; it stays until a person resets it.
 * A route takes memory from its first request on.
 */
export function createGuard({
  clock,
  logger,
  createId,
  policy = GUARD_POLICY,
  board,
  onEvent = () => {},
  switchOff,
  isLegacyThere,
}: GuardOptions): Guard {
  const watches = new Map<string, RouteWatch>();
  const standing = new Map<string, Trip>();
  const events: GuardEvent[] = [];
  const legacy = createLegacyAsk(isLegacyThere, logger);

  function tell(event: GuardEvent): void {
    events.unshift(event);
    events.length = Math.min(events.length, MOST_EVENTS);
    onEvent(event);
  }

  function take(trip: Trip, isOwn: boolean): void {
    standing.set(trip.routeId, trip);
    const { routeId, signal, counts, reason } = trip;
    const about = { route: routeId, signal, ...counts, ...(reason !== undefined && { reason }) };
    logger.error({ ...about, isOwn }, "The guard tripped");
    tell({ kind: "tripped", trip, isOwn });
  }

  function release(lift: Lift, isOwn: boolean): void {
    const { routeId } = lift.trip;
    standing.delete(routeId);
    watches.get(routeId)?.reset();
    const { by, reason } = lift;
    logger.warn({ route: routeId, by, reason, isOwn }, "The guard was reset");
    tell({ kind: "reset", lift, isOwn });
  }

  function putTrip(routeId: string, cause: Pick<Trip, "signal" | "counts" | "reason">): void {
    if (standing.has(routeId)) return;
    const found: Trip = { id: createId(), routeId, atMs: clock.now(), ...cause };
    take(found, true);
    board?.put(found);
    switchOff?.(found).catch((error: unknown) => {
      logger.error({ route: routeId, error: toMessage(error) }, "The flag was not switched off");
    });
  }

  function tripBy(routeId: string, watch: RouteWatch, finding: Finding): void {
    if (finding !== "alone") {
      putTrip(routeId, { signal: finding, counts: watch.read()[finding].counts });
      return;
    }
    legacy.before(routeId, () => {
      // It may have come to itself in the meantime.
      const { alone } = watch.read();
      if (alone?.verdict !== "worse") return;
      putTrip(routeId, { signal: "errors", counts: alone.counts, reason: alone.text });
    });
  }

  function readingOf(routeId: string): RouteReading | undefined {
    const watch = watches.get(routeId);
    if (watch?.hasNative !== true) return undefined;
    const reading = watch.read();
    if (reading.alone?.verdict !== "worse" || !legacy.isAway(routeId)) return reading;
    const text = `${reading.alone.text} Legacy is not there either, so the guard holds.`;
    return { ...reading, alone: { ...reading.alone, text } };
  }

  function follow({ standing: theirs, lifted }: BoardState): void {
    for (const lift of lifted) {
      if (standing.get(lift.trip.routeId)?.id === lift.trip.id) release(lift, false);
    }
    const routes = new Set(theirs.map(({ routeId }) => routeId));
    for (const found of theirs) {
      // Where two instances tripped at once, the board's trip is the one that will be lifted.
      if (standing.has(found.routeId)) standing.set(found.routeId, found);
      else take(found, false);
    }
    // A board that lost what it held is told again: only a person ends a trip.
    for (const [routeId, own] of standing) if (!routes.has(routeId)) board?.put(own);
  }

  function watchOf(routeId: string): RouteWatch {
    const known = watches.get(routeId);
    if (known !== undefined) return known;
    const created = createRouteWatch(policy, () => clock.monotonicMs());
    watches.set(routeId, created);
    return created;
  }

  function judge(routeId: string, look: (watch: RouteWatch) => Finding | undefined): void {
    if (standing.has(routeId)) return;
    const watch = watchOf(routeId);
    const finding = look(watch);
    if (finding !== undefined) tripBy(routeId, watch, finding);
  }

  board?.watch(follow);

  return {
    observer: {
      requestStarted: () => {},
      requestEnded(record) {
        const outcome = toOutcome(record);
        if (record.route === undefined || outcome === undefined) return;
        judge(record.route.id, (watch) => watch.outcome(outcome));
      },
      requestRefused: () => {},
      socketOpened: () => {},
      socketClosed(record, close) {
        const outcome = toSocketOutcome(record, close);
        if (record.route === undefined || outcome === undefined) return;
        judge(record.route.id, (watch) => watch.outcome(outcome));
      },
    },
    isTripped: (routeId) => standing.has(routeId),
    of: (routeId) => ({
      trip: standing.get(routeId),
      reading: readingOf(routeId),
    }),
    recordDrift: (routeId, side, differs) => judge(routeId, (watch) => watch.drift(side, differs)),
    reset(routeId, order) {
      const found = standing.get(routeId);
      if (found === undefined) return false;
      const { by, reason } = order;
      const lift: Lift = { trip: found, atMs: clock.now(), by, reason };
      release(lift, true);
      board?.lift(lift);
      return true;
    },
    restore(trips) {
      for (const found of trips) {
        if (standing.has(found.routeId)) continue;
        standing.set(found.routeId, found);
        const { routeId, signal, atMs } = found;
        logger.warn(
          { route: routeId, signal, atMs },
          "A trip of before stands: its route is legacy",
        );
        board?.put(found);
      }
    },
    events: () => [...events],
  };
}
