/** How large a share of a route's traffic evidence allows to be native. */
export interface RouteCeiling {
  /** From 0 to 100. */
  readonly allowedPercent: number;
  /** False: decisions say what it would clamp, and clamp nothing. */
  readonly isEnforced: boolean;
}

/** What is known of a route's native side beside its flags. Both run on every request, so both only look up. */
export interface Safeguards {
  /** The native side was found worse than legacy, and nobody has said yet that it is mended. */
  isTripped(routeId: string): boolean;
  /** `undefined`: nothing limits the route. */
  ceilingOf(routeId: string): RouteCeiling | undefined;
}

export const NO_SAFEGUARDS: Safeguards = {
  isTripped: () => false,
  ceilingOf: () => undefined,
};
