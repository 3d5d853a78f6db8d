import type { IncomingHttpHeaders } from "node:http";

import type { Flags } from "#platform/flags/index.ts";
import { isSameSecret } from "#platform/secret-equal.ts";
import { type Cohort, createCohortFinder, tokenOf } from "#routing/cohort.ts";
import { decide, type Decision, type Side } from "#routing/decide.ts";
import type { RouteMatch, RouteMatcher } from "#routing/match-route.ts";
import { NO_SAFEGUARDS, type Safeguards } from "#routing/safeguards.ts";

/** With a valid admin token beside it, sends this one request to the side it names. */
const OVERRIDE_HEADER = "x-banyan-override";
const ADMIN_TOKEN_HEADER = "x-banyan-admin-token";

/** What deciding needs to know of a request. */
export interface RequestFacts {
  /** `WS` for a WebSocket handshake. */
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly clientAddress: string;
}

export interface Resolution {
  readonly match: RouteMatch | undefined;
  readonly cohort: Cohort;
  readonly decision: Decision;
  /** Where the cohort stands in a flag's draw, from 1 to 100. */
  readonly positionOf: (flag: string) => number;
}

export interface ResolverOptions {
  readonly matchRoute: RouteMatcher;
  readonly flags: Pick<Flags, "evaluate" | "positionOf">;
  readonly hasNative: (routeId: string) => boolean;
  /** Without them nothing but flags decides. */
  readonly safeguards?: Safeguards;
  /** Without one, nobody can override. */
  readonly adminToken: string | undefined;
}

/** From a request to its side. */
export type Resolver = (facts: RequestFacts) => Resolution;

function overrideOf(
  headers: IncomingHttpHeaders,
  adminToken: string | undefined,
): Side | undefined {
  const side = headers[OVERRIDE_HEADER];
  const token = headers[ADMIN_TOKEN_HEADER];
  if (side !== "legacy" && side !== "native") return undefined;
  if (adminToken === undefined || typeof token !== "string") return undefined;
  return isSameSecret(token, adminToken) ? side : undefined;
}

/** Joins match, cohort and decide: the one path that live traffic and explanations take. */
export function createResolver({
  matchRoute,
  flags,
  hasNative,
  safeguards = NO_SAFEGUARDS,
  adminToken,
}: ResolverOptions): Resolver {
  const findCohort = createCohortFinder();
  return ({ method, target, headers, clientAddress }) => {
    const match = matchRoute(method, target);
    const token = tokenOf(method === "WS", target, headers.authorization);
    const userAgent = headers["user-agent"] ?? "";
    const cohort = findCohort({ token, clientAddress, userAgent });
    const subject = { key: cohort.key, remoteAddress: clientAddress };
    const positionOf = (flag: string): number => flags.positionOf(flag, subject);
    const decision = decide({
      route: match?.route,
      hasNative: match !== undefined && hasNative(match.route.id),
      override: overrideOf(headers, adminToken),
      safeguards,
      evaluate: (name) => flags.evaluate(name, subject),
      positionOf,
    });
    return { match, cohort, decision, positionOf };
  };
}
