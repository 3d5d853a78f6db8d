import type { Express } from "express";

import { createAdminApp } from "#admin/admin-app.ts";
import { createFlagMetrics } from "#admin/flag-metrics.ts";
import type { ReadinessCheck } from "#admin/readiness.ts";
import { createRouteOverview } from "#admin/route-overview.ts";
import { createAuthenticator } from "#platform/auth.ts";
import { createLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { parseTrust } from "#platform/trust.ts";
import { createMetricsObserver } from "#routing/exchange-metrics.ts";
import { composeObservers, type ExchangeObserver } from "#routing/exchange.ts";
import { createExplainer } from "#routing/explain.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { createResolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";
import { createStatistics } from "#routing/statistics.ts";
import { createFakeFlags, type FakeFlags } from "#support/fake-flags.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";

/** The admin side over flags, traffic and readiness that a test decides. */
export interface AdminSide {
  readonly app: Express;
  readonly flags: FakeFlags;
  readonly clock: ManualClock;
  /** Tell it what happened. */
  readonly observer: ExchangeObserver;
  readonly checks: ReadinessCheck[];
  readonly logLines: readonly string[];
  isDraining: boolean;
}

export interface AdminSideOptions {
  readonly natives?: readonly string[];
  readonly routes?: readonly Route[];
}

export function createAdminSide({
  natives = ["chat.health"],
  routes = ROUTE_TABLE,
}: AdminSideOptions = {}): AdminSide {
  const flags = createFakeFlags();
  const clock = createManualClock();
  const statistics = createStatistics(clock);
  const metrics = createMetrics({ version: "1.2.3" });
  const hasNative = (id: string): boolean => natives.includes(id);
  const logLines: string[] = [];
  createFlagMetrics(metrics, flags);
  const side = {
    flags,
    clock,
    logLines,
    isDraining: false,
    checks: [] as ReadinessCheck[],
    observer: composeObservers([statistics, createMetricsObserver(metrics)]),
  };
  const app = createAdminApp({
    listRoutes: createRouteOverview({ routes, hasNative, flags, statistics, clock }),
    flags,
    explain: createExplainer({
      resolve: createResolver({
        matchRoute: createRouteMatcher(routes),
        flags,
        hasNative,
        adminToken: undefined,
      }),
      flags,
      authenticator: createAuthenticator({ jwtSecret: TOKEN_SECRET, jwksUrl: undefined, clock }),
      trust: parseTrust("off"),
    }),
    metrics,
    checks: side.checks,
    isDraining: () => side.isDraining,
    logger: createLogger({ level: "info", write: (line) => void logLines.push(line) }),
  });
  return Object.assign(side, { app });
}
