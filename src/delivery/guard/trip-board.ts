import type { Lift, Trip } from "#delivery/guard/trip.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** What all instances know of trips. */
export interface BoardState {
  readonly standing: readonly Trip[];
  /** The last lift of each route. */
  readonly lifted: readonly Lift[];
}

/** Where instances tell one another of trips. None of it rejects: what cannot be told now is told later. */
export interface TripBoard extends Closeable {
  /** Called with what stands there, at first and after each change. */
  watch(listener: (state: BoardState) => void): void;
  put(trip: Trip): void;
  /** Takes that very trip away; a later one of the same route stays. */
  lift(lift: Lift): void;
}
