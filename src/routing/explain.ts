import { z } from "zod";

import type { Authenticator } from "#platform/auth.ts";
import type { FlagFreshness, Flags, FlagValue } from "#platform/flags/index.ts";
import type { Trust } from "#platform/trust.ts";
import { isTarget } from "#routing/admission.ts";
import { tokenOf } from "#routing/cohort.ts";
import { type Decision, type DecisionReason, KILL_SWITCH, type Side } from "#routing/decide.ts";
import { clientAddress } from "#routing/forwarding.ts";
import type { Resolver } from "#routing/resolve.ts";
import { concernFlagOf, flagOf, type Route } from "#routing/route.ts";
import { NO_SAFEGUARDS, type RouteCeiling, type Safeguards } from "#routing/safeguards.ts";

/** A request to explain; header names in any case. Never sent anywhere. */
export const explainRequestSchema = z.object({
  method: z.string().min(1).max(32).toUpperCase(),
  path: z
    .string()
    .startsWith("/")
    .max(65_536)
    .refine(isTarget, "Holds a blank, a control character or a fragment, and would be refused"),
  headers: z.record(z.string(), z.string()).default({}),
  /** Who connects; what it says in `X-Forwarded-For` counts as far as it is trusted. */
  peerAddress: z.string().default("127.0.0.1"),
});
export type ExplainRequest = z.output<typeof explainRequestSchema>;

/** Who decides what about one request, and why. Holds no token and no raw cohort key. */
export interface Explanation {
  readonly route: {
    readonly id: string;
    readonly method: string;
    readonly path: string;
    readonly flag: string | null;
    readonly params: Readonly<Record<string, string>>;
  } | null;
  readonly concern: string | null;
  readonly cohort: {
    readonly kind: "subject" | "anonymous";
    readonly hash: string;
    /** `none` where the request has no token; it decides nothing on the way to legacy. */
    readonly token: "verified" | "unverified" | "none";
  };
  /** All that have a say in this route, in the order of the rules, with their values for this cohort. */
  readonly flags: readonly { readonly name: string; readonly value: FlagValue }[];
  readonly decision: {
    readonly side: Side;
    readonly reason: DecisionReason;
    readonly flag: string | null;
    readonly sentence: string;
  };
  /** The guard over the native side; `null` where there is none. */
  readonly guard: { readonly state: "armed" | "tripped"; readonly sentence: string } | null;
  /** What evidence allows; `null` where nothing limits the route. */
  readonly ceiling: {
    readonly allowedPercent: number;
    /** Where this cohort stands among 100 in the draw of the flag that decided; `null` where none did. */
    readonly position: number | null;
    readonly isEnforced: boolean;
    readonly sentence: string;
  } | null;
  readonly freshness: FlagFreshness;
}

const SENTENCES = {
  "no-route": "No row of the route table names this method and path, so it goes to legacy.",
  "legacy-only": "The route is legacy-only: no flag can move it.",
  "no-native": "The route has no native side yet, so it goes to legacy whatever its flags say.",
  "kill-switch": "The kill switch is on: everything goes to legacy.",
  "guard-tripped":
    "The guard tripped: the native side did worse than legacy does or was last known to, and the route stays on legacy until a person resets it.",
  override: "An operator's override header with a valid admin token chose the side.",
  "route-flag": "The route's own flag decided.",
  "concern-flag": "The route has no flag of its own, so its concern's flag decided.",
  ceiling: "The flag chose native, but evidence does not allow so large a share of the route yet.",
  "no-flag": "Neither the route's flag nor its concern's exists, so it goes to legacy.",
  "native-failed":
    "The native side failed before it had answered, so the legacy answers this read.",
} as const satisfies Record<DecisionReason, string>;

const isHandshake = (method: string, headers: Readonly<Record<string, string>>): boolean =>
  method === "WS" || (method === "GET" && headers["upgrade"]?.toLowerCase() === "websocket");

/** What the guard says of a route that can be native. */
function toGuard(route: Route | undefined, isTripped: boolean): Explanation["guard"] {
  if (route === undefined || route.concern === "legacy-only") return null;
  return isTripped
    ? { state: "tripped", sentence: SENTENCES["guard-tripped"] }
    : { state: "armed", sentence: "The guard has nothing against the native side." };
}

function toCeilingSentence(
  { allowedPercent, isEnforced }: RouteCeiling,
  position: number | null,
): string {
  const allowed = `Evidence allows ${allowedPercent} % of the route`;
  if (position === null) return `${allowed}.`;
  if (position <= allowedPercent)
    return `${allowed}, and this cohort is number ${position} of 100.`;
  return isEnforced
    ? `${allowed}; this cohort is number ${position} of 100 and stays on legacy.`
    : `${allowed}; this cohort is number ${position} of 100 and would stay on legacy if that were enforced.`;
}

function toCeiling(
  ceiling: RouteCeiling | undefined,
  position: number | null,
): Explanation["ceiling"] {
  if (ceiling === undefined) return null;
  return { ...ceiling, position, sentence: toCeilingSentence(ceiling, position) };
}

const toDecision = ({ side, reason, flag }: Decision): Explanation["decision"] => ({
  side,
  reason,
  flag: flag ?? null,
  sentence: SENTENCES[reason],
});

export interface ExplainerOptions {
  readonly resolve: Resolver;
  readonly flags: Pick<Flags, "evaluate" | "positionOf" | "freshness">;
  /** The same as the resolver's. */
  readonly safeguards?: Safeguards;
  readonly authenticator: Authenticator;
  readonly trust: Trust;
}

/** The flags that can decide about a route; none can about one that has no flag of its own. */
function flagsOf(route: Route | undefined): string[] {
  const own = route && [flagOf(route), concernFlagOf(route)].filter((name) => name !== undefined);
  return own === undefined || own.length === 0 ? [] : [KILL_SWITCH, ...own];
}

/** Explains a request by taking it down the very path that live traffic takes, up to the decision. */
export function createExplainer({
  resolve,
  flags,
  safeguards = NO_SAFEGUARDS,
  authenticator,
  trust,
}: ExplainerOptions): (request: ExplainRequest) => Promise<Explanation> {
  return async ({ method: givenMethod, path, headers: givenHeaders, peerAddress }) => {
    const headers = Object.fromEntries(
      Object.entries(givenHeaders).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const method = isHandshake(givenMethod, headers) ? "WS" : givenMethod;
    const address = clientAddress(peerAddress, headers["x-forwarded-for"], trust);
    const facts = { method, target: path, headers, clientAddress: address };
    const { match, cohort, decision } = resolve(facts);
    const subject = { key: cohort.key, remoteAddress: address };
    const token = tokenOf(method === "WS", path, headers["authorization"]);
    const route = match?.route;
    const position = decision.flag === undefined ? null : flags.positionOf(decision.flag, subject);
    const verification = async (): Promise<Explanation["cohort"]["token"]> =>
      token === undefined
        ? "none"
        : authenticator.verifyToken(token).then(
            () => "verified",
            () => "unverified",
          );
    return {
      route:
        match === undefined
          ? null
          : {
              id: match.route.id,
              method: match.route.method,
              path: match.route.path,
              flag: flagOf(match.route) ?? null,
              params: match.params,
            },
      concern: route?.concern ?? null,
      cohort: { kind: cohort.kind, hash: cohort.hash, token: await verification() },
      flags: flagsOf(route).map((name) => ({
        name,
        value: flags.evaluate(name, subject),
      })),
      decision: toDecision(decision),
      guard: toGuard(route, route !== undefined && safeguards.isTripped(route.id)),
      ceiling: toCeiling(route && safeguards.ceilingOf(route.id), position),
      freshness: flags.freshness(),
    };
  };
}
