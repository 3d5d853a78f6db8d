import type { FlagValue } from "#platform/flags/index.ts";
import { concernFlagOf, flagOf, type Route } from "#routing/route.ts";

export type Side = "legacy" | "native";

/** Why a request went where it went, by the rule that hit first. */
export type DecisionReason =
  | "no-route"
  | "legacy-only"
  | "no-native"
  | "kill-switch"
  | "override"
  | "route-flag"
  | "concern-flag"
  | "no-flag";

/** Everything sends this cohort to legacy while it is on. */
export const KILL_SWITCH = "pam.legacy-only";

export interface Decision {
  readonly side: Side;
  readonly reason: DecisionReason;
  /** The flag that decided; `undefined` where none did. */
  readonly flag: string | undefined;
}

export interface DecisionInput {
  /** `undefined`: no row names the path. */
  readonly route: Route | undefined;
  readonly hasNative: boolean;
  /** The side an operator asked for with a valid admin token. */
  readonly override: Side | undefined;
  /** The flag's value for this cohort. */
  readonly evaluate: (flag: string) => FlagValue;
}

const legacy = (reason: DecisionReason, flag?: string): Decision => ({
  side: "legacy",
  reason,
  flag,
});

/**
 * Sends one request to a side. The first rule that hits wins: no native side to go to → kill switch →
 * operator's override → the route's flag if it exists, else the concern's → legacy. Pure.
 */
export function decide({ route, hasNative, override, evaluate }: DecisionInput): Decision {
  if (route === undefined) return legacy("no-route");
  const routeFlag = flagOf(route);
  const concernFlag = concernFlagOf(route);
  if (routeFlag === undefined || concernFlag === undefined) return legacy("legacy-only");
  if (!hasNative) return legacy("no-native");
  if (evaluate(KILL_SWITCH) === "on") return legacy("kill-switch", KILL_SWITCH);
  if (override !== undefined) return { side: override, reason: "override", flag: undefined };
  for (const [reason, flag] of [
    ["route-flag", routeFlag],
    ["concern-flag", concernFlag],
  ] as const) {
    const value = evaluate(flag);
    if (value !== "absent") return { side: value === "on" ? "native" : "legacy", reason, flag };
  }
  return legacy("no-flag");
}
