import type { FlagValue } from "#platform/flags/index.ts";
import { concernFlagOf, flagOf, type Route } from "#routing/route.ts";
import type { Safeguards } from "#routing/safeguards.ts";

export type Side = "legacy" | "native";

/** Why a request went where it went, by the rule that hit first. */
export const DECISION_REASONS = [
  "no-route",
  "legacy-only",
  "no-native",
  "kill-switch",
  "guard-tripped",
  "override",
  "route-flag",
  "concern-flag",
  "ceiling",
  "no-flag",
  /** Not decided but done: the native side failed at a read, and the legacy answers it. */
  "native-failed",
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

/** Everything sends this cohort to legacy while it is on. */
export const KILL_SWITCH = "pam.legacy-only";

/** A cohort whose flag says native and that evidence does not allow there yet. */
export interface Clamp {
  /** The route's ceiling, from 0 to 100. */
  readonly allowedPercent: number;
  /** Where the cohort stands in the flag's draw; it is past the ceiling. */
  readonly position: number;
  /** False: the decision is the flag's, and this only says what it would have been. */
  readonly isEnforced: boolean;
}

export interface Decision {
  readonly side: Side;
  readonly reason: DecisionReason;
  /** The flag that decided, or whose word was clamped; `undefined` where none did. */
  readonly flag: string | undefined;
  /** Only where the ceiling sends this cohort to legacy, or would if it were enforced. */
  readonly clamp?: Clamp;
}

export interface DecisionInput {
  /** `undefined`: no row names the path. */
  readonly route: Route | undefined;
  readonly hasNative: boolean;
  /** The side an operator asked for with a valid admin token. */
  readonly override: Side | undefined;
  readonly safeguards: Safeguards;
  /** The flag's value for this cohort. */
  readonly evaluate: (flag: string) => FlagValue;
  /** Where this cohort stands in the flag's draw, from 1 to 100. */
  readonly positionOf: (flag: string) => number;
}

const legacy = (reason: DecisionReason, flag?: string): Decision => ({
  side: "legacy",
  reason,
  flag,
});

/** The ceiling's word on a cohort that the flag gives to native; `undefined` where it has none against it. */
function clampOf(
  routeId: string,
  flag: string,
  { safeguards, positionOf }: DecisionInput,
): Clamp | undefined {
  const ceiling = safeguards.ceilingOf(routeId);
  if (ceiling === undefined || ceiling.allowedPercent >= 100) return undefined;
  const position = positionOf(flag);
  return position <= ceiling.allowedPercent ? undefined : { ...ceiling, position };
}

/** What the flags say, clamped. */
function decideByFlag(route: Route, input: DecisionInput): Decision {
  for (const [reason, flag] of [
    ["route-flag", flagOf(route)],
    ["concern-flag", concernFlagOf(route)],
  ] as const) {
    const value = flag === undefined ? "absent" : input.evaluate(flag);
    if (flag === undefined || value === "absent") continue;
    if (value === "off") return legacy(reason, flag);
    const clamp = clampOf(route.id, flag, input);
    if (clamp === undefined) return { side: "native", reason, flag };
    if (clamp.isEnforced) return { side: "legacy", reason: "ceiling", flag, clamp };
    return { side: "native", reason, flag, clamp };
  }
  return legacy("no-flag");
}

/**
 * Sends one request to a side. The first rule that hits wins: no native side to go to → kill switch → guard
 * tripped → operator's override → the route's flag if it exists, else the concern's, clamped by the route's
 * ceiling → legacy. A clamp only takes from what the flag gives: nobody is native whose flag is off. Pure.
 */
export function decide(input: DecisionInput): Decision {
  const { route, hasNative, override, safeguards, evaluate } = input;
  if (route === undefined) return legacy("no-route");
  if (route.concern === "legacy-only") return legacy("legacy-only");
  if (!hasNative) return legacy("no-native");
  if (evaluate(KILL_SWITCH) === "on") return legacy("kill-switch", KILL_SWITCH);
  if (safeguards.isTripped(route.id)) return legacy("guard-tripped");
  if (override !== undefined) return { side: override, reason: "override", flag: undefined };
  return decideByFlag(route, input);
}
