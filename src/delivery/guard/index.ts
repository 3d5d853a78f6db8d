/**
 * Holds native against legacy, route by route, and sends a route back to legacy where native does worse.
 * `docs/guard.md` says by what statistics, and how often it is wrong.
 */
export { createGuard, type Guard, type GuardOptions } from "./guard.ts";
export { GUARD_POLICY, GUARD_SIGNALS } from "./guard-policy.ts";
export { mayFallBack, type NativeFailure } from "./may-fall-back.ts";
export { createRedisTripBoard } from "./redis-trip-board.ts";
export type { RouteReading } from "./route-watch.ts";
export type { SignalReading } from "./signal-watch.ts";
export type { TripBoard } from "./trip-board.ts";
export { type GuardEvent, liftSchema, type Trip, tripSchema } from "./trip.ts";
