import type { BoardState, TripBoard } from "#delivery/guard/trip-board.ts";
import type { GuardEvent, Lift, Trip } from "#delivery/guard/trip.ts";
import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";

/** Events that are kept. */
const MOST_EVENTS = 200;

/** Who sends a route back to native, and why: both are kept. */
interface ResetOrder {
  readonly by: string;
  readonly reason: string;
}

export interface StandingTripsOptions {
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "error" | "warn">;
  readonly createId: () => string;
  /** Tells other instances; without one a trip is this process's own. */
  readonly board?: TripBoard | undefined;
  /** Told of every trip and reset, those of other instances included. Must not throw. */
  readonly onEvent: (event: GuardEvent) => void;
  /** Told that a route is armed again. */
  readonly onReleased: (routeId: string) => void;
}

/** The trips that stand, here and by the board among all instances: each until a person resets it. */
export interface StandingTrips {
  of(routeId: string): Trip | undefined;
  has(routeId: string): boolean;
  /** Gives the trip; `undefined` where one stands already. */
  put(routeId: string, cause: Pick<Trip, "signal" | "counts" | "reason">): Trip | undefined;
  /** False where the route is not tripped. */
  reset(routeId: string, order: ResetOrder): boolean;
  /** Takes over trips that stood when the process ended. */
  restore(trips: readonly Trip[]): void;
  /** Newest first; at most 200. */
  events(): readonly GuardEvent[];
}

export function createStandingTrips({
  clock,
  logger,
  createId,
  board,
  onEvent,
  onReleased,
}: StandingTripsOptions): StandingTrips {
  const standing = new Map<string, Trip>();
  const events: GuardEvent[] = [];

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
    onReleased(routeId);
    const { by, reason } = lift;
    logger.warn({ route: routeId, by, reason, isOwn }, "The guard was reset");
    tell({ kind: "reset", lift, isOwn });
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

  board?.watch(follow);

  return {
    of: (routeId) => standing.get(routeId),
    has: (routeId) => standing.has(routeId),
    put(routeId, cause) {
      if (standing.has(routeId)) return undefined;
      const found: Trip = { id: createId(), routeId, atMs: clock.now(), ...cause };
      take(found, true);
      board?.put(found);
      return found;
    },
    reset(routeId, { by, reason }) {
      const found = standing.get(routeId);
      if (found === undefined) return false;
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
