import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { type Authenticator, createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Flags } from "#platform/flags/index.ts";
import { createExplainer, type ExplainRequest, type Explanation } from "#routing/explain.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { createResolver, type Resolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { NO_SAFEGUARDS, type Safeguards } from "#routing/safeguards.ts";
import { DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";

export interface DecisionParts {
  readonly resolve: Resolver;
  readonly explain: (request: ExplainRequest) => Promise<Explanation>;
  readonly authenticator: Authenticator;
}

/** The secret that tokens are verified with: the stand-in's own only where nothing else answers. */
function tokenSecret({ SUPABASE_JWT_SECRET, LEGACY_URL }: Config): string | undefined {
  return SUPABASE_JWT_SECRET ?? (LEGACY_URL === undefined ? DEFAULT_TOKEN_SECRET : undefined);
}

/** Builds what decides, the same for the running service and for `banyan explain`, which knows of flags alone. */
export function createDecision(
  config: Config,
  flags: Flags,
  safeguards: Safeguards = NO_SAFEGUARDS,
): DecisionParts {
  const authenticator = createAuthenticator({
    jwtSecret: tokenSecret(config),
    jwksUrl: config.SUPABASE_JWKS_URL,
    clock: systemClock,
  });
  const resolve = createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags,
    hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
    safeguards,
    adminToken: config.ADMIN_TOKEN,
  });
  return {
    resolve,
    authenticator,
    explain: createExplainer({
      resolve,
      flags,
      safeguards,
      authenticator,
      trust: config.TRUST_PROXY,
    }),
  };
}
