import { createLegacyAsk } from "#delivery/guard/ask-legacy.ts";
import { GUARD_POLICY, type GuardPolicy } from "#delivery/guard/guard-policy.ts";
import {
  createRouteWatch,
  type Finding,
  type RouteReading,
  type RouteWatch,
} from "#delivery/guard/route-watch.ts";
import { createStandingTrips, type StandingTrips } from "#delivery/guard/standing-trips.ts";
import { toOutcome, toSocketOutcome } from "#delivery/guard/to-outcome.ts";
import type { TripBoard } from "#delivery/guard/trip-board.ts";
import type { GuardEvent, Trip } from "#delivery/guard/trip.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Side } from "#routing/decide.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";

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

/** Holds each route's native side against legacy, or what is remembered of it, and takes a route off it where it does worse. */
export interface Guard extends Pick<StandingTrips, "reset" | "restore" | "events"> {
  readonly observer: ExchangeObserver<ExchangeOutline>;
  isTripped(routeId: string): boolean;
  of(routeId: string): RouteGuard;
  /** One comparison: of native with legacy, or on side `legacy` of legacy with itself. */
  recordDrift(routeId: string, side: Side, differs: boolean): void;
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
  const trips = createStandingTrips({
    clock,
    logger,
    createId,
    board,
    onEvent,
    // With nothing held against it.
    onReleased: (routeId) => watches.get(routeId)?.reset(),
  });
  const legacy = createLegacyAsk(isLegacyThere, logger);

  function putTrip(routeId: string, cause: Pick<Trip, "signal" | "counts" | "reason">): void {
    const found = trips.put(routeId, cause);
    if (found === undefined) return;
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

  function watchOf(routeId: string): RouteWatch {
    const known = watches.get(routeId);
    if (known !== undefined) return known;
    const created = createRouteWatch(policy, () => clock.monotonicMs());
    watches.set(routeId, created);
    return created;
  }

  function judge(routeId: string, look: (watch: RouteWatch) => Finding | undefined): void {
    if (trips.has(routeId)) return;
    const watch = watchOf(routeId);
    const finding = look(watch);
    if (finding !== undefined) tripBy(routeId, watch, finding);
  }

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
    isTripped: (routeId) => trips.has(routeId),
    of: (routeId) => ({
      trip: trips.of(routeId),
      reading: readingOf(routeId),
    }),
    recordDrift: (routeId, side, differs) => judge(routeId, (watch) => watch.drift(side, differs)),
    reset: (routeId, order) => trips.reset(routeId, order),
    restore: (stood) => trips.restore(stood),
    events: () => trips.events(),
  };
}
