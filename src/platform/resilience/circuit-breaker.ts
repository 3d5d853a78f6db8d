import type { Clock } from "#platform/clock.ts";

export interface BreakerLimits {
  /** Opens when the failures within the window weigh this much. */
  readonly maxFailures: number;
  readonly windowMs: number;
  /** How long it stays open before one probe is let through. */
  readonly openMs: number;
}

export type BreakerState = "closed" | "half-open" | "open";

/** Leave for one call. The first report counts; a permit that was given back counts for nothing. */
export interface Permit {
  succeed(): void;
  /** @param weight how much of a failure it was: 1 unless said otherwise, 0 for none */
  fail(weight?: number): void;
  /** Ends the call without a verdict, for instance because its caller went away. */
  release(): void;
}

export interface CircuitBreaker {
  /** `half-open` from the moment a probe is allowed. */
  readonly state: BreakerState;
  /** `undefined` while it is open, and while a probe is under way. */
  acquire(): Permit | undefined;
}

interface Closed {
  readonly kind: "closed";
  readonly failures: { readonly atMs: number; readonly weight: number }[];
}
interface Open {
  readonly kind: "open";
  readonly sinceMs: number;
}
interface Probing {
  readonly kind: "probing";
}

const closed = (): Closed => ({ kind: "closed", failures: [] });

/**
 * Counts failures in a sliding window and, once there are too many, refuses calls for a while; then a single probe
 * decides. A call that began before it opened has no say in what comes after.
 */
export function createCircuitBreaker(
  limits: BreakerLimits,
  clock: Pick<Clock, "monotonicMs">,
): CircuitBreaker {
  let state: Closed | Open | Probing = closed();

  const mayProbe = ({ sinceMs }: Open): boolean => clock.monotonicMs() - sinceMs >= limits.openMs;

  function open(): void {
    state = { kind: "open", sinceMs: clock.monotonicMs() };
  }

  function countFailure({ failures }: Closed, weight: number): void {
    const nowMs = clock.monotonicMs();
    const recent = failures.filter(({ atMs }) => nowMs - atMs < limits.windowMs);
    failures.splice(0, failures.length, ...recent, { atMs: nowMs, weight });
    if (failures.reduce((sum, failure) => sum + failure.weight, 0) >= limits.maxFailures) open();
  }

  /** The effects of a permit on the state it was given in; none once that state has passed. */
  function permitOf(granted: Closed | Probing, whenReleased: Closed | Open): Permit {
    let isSettled = false;
    const settle = (effect: () => void) => (): void => {
      if (isSettled) return;
      isSettled = true;
      if (state === granted) effect();
    };
    return {
      succeed: settle(() => {
        if (granted.kind === "probing") state = closed();
      }),
      fail: (weight = 1) => {
        settle(() => {
          if (granted.kind === "closed") countFailure(granted, weight);
          else if (weight === 0) state = closed();
          else open();
        })();
      },
      release: settle(() => {
        state = whenReleased;
      }),
    };
  }

  return {
    get state() {
      if (state.kind === "closed") return "closed";
      return state.kind === "probing" || mayProbe(state) ? "half-open" : "open";
    },
    acquire() {
      if (state.kind === "closed") return permitOf(state, state);
      if (state.kind === "probing" || !mayProbe(state)) return undefined;
      const before = state;
      const probing: Probing = { kind: "probing" };
      state = probing;
      return permitOf(probing, before);
    },
  };
}
