import type { Express } from "express";

import { createAdminApp } from "#admin/admin-app.ts";
import type { DeliveryPort } from "#admin/delivery-port.ts";
import { createFlagMetrics } from "#admin/flag-metrics.ts";
import type { ReadinessCheck } from "#admin/readiness.ts";
import { createRouteHistory } from "#admin/route-history.ts";
import { createRouteOverview } from "#admin/route-overview.ts";
import { type CohortSample, createCeiling, createCohortSample } from "#delivery/ceiling/index.ts";
import { createCensus, createMemoryCensusStore } from "#delivery/census/index.ts";
import { createDriftStore, type DriftStore } from "#delivery/drift/index.ts";
import {
  createEvidenceView,
  createMemoryLedger,
  type EvidenceLedger,
  type EvidenceView,
} from "#delivery/evidence/index.ts";
import { createGuard, type Guard } from "#delivery/guard/index.ts";
import { createAuthenticator } from "#platform/auth.ts";
import type { CeilingMode } from "#platform/config/settings.ts";
import { createLogger, silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
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
import type { ManualClock } from "#support/manual-clock.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";
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
  readonly time: ManualTime;
  readonly guard: Guard;
  readonly drift: DriftStore;
  readonly cohorts: CohortSample;
  readonly evidence: EvidenceView;
  readonly ledger: EvidenceLedger;
}

export const ADMIN_TOKEN = "the-admin-token-of-tests";

export interface AdminSideOptions {
  readonly natives?: readonly string[];
  readonly routes?: readonly Route[];
  /** Default: none is set. */
  readonly adminToken?: string;
  /** False: flags come from where they cannot be changed. */
  readonly canChangeFlags?: boolean;
  readonly ceiling?: CeilingMode;
  /** False: Banyan without anything that steers a rollout. */
  readonly hasDelivery?: boolean;
  /** Default: what is sent to pages waits for the test's own time. */
  readonly eventScheduler?: Scheduler;
  /** When the test's time begins, since the epoch. */
  readonly startMs?: number;
  /** Whether legacy answers where the guard asks before it trips a route that is native alone. Default: it is not asked. */
  readonly isLegacyThere?: () => Promise<boolean>;
  /** Set: why the ledger can be neither read nor written. */
  readonly ledgerProblem?: string;
}

interface Steering {
  readonly guard: Guard;
  readonly drift: DriftStore;
  readonly cohorts: CohortSample;
  readonly evidence: EvidenceView;
  readonly ledger: EvidenceLedger;
  readonly port: DeliveryPort;
  readonly observer: ExchangeObserver;
}

/** What steers a rollout, in memory; flags are changed in the fake that the side reads them from. */
function createSteering(
  { ceiling = "report", canChangeFlags = true, ledgerProblem, isLegacyThere }: AdminSideOptions,
  flags: FakeFlags,
  { clock, scheduler }: ManualTime,
): Steering {
  const buildId = "build-1";
  const logger = silentLogger;
  const kept = createMemoryLedger();
  const refuse = async (): Promise<never> => Promise.reject(new Error(ledgerProblem));
  const ledger =
    ledgerProblem === undefined ? kept : { ...kept, latest: refuse, after: refuse, append: refuse };
  const evidence = createEvidenceView({ ledger, buildId, logger, scheduler });
  let lastId = 0;
  const createId = (): string => `trip-${(lastId += 1)}`;
  const guard = createGuard({ clock, logger, createId, isLegacyThere });
  const cohorts = createCohortSample(() => clock.monotonicMs());
  const drift = createDriftStore({ clock });
  const store = createMemoryCensusStore(clock.now());
  const census = createCensus({ store, clock, logger, scheduler });
  const ruleOf = (name: string): string =>
    flags.list().find((flag) => flag.name === name)?.rule ?? "not set";
  const port: DeliveryPort = {
    guard,
    ceiling: createCeiling({ mode: ceiling, evidence, clock }),
    cohorts,
    drift,
    census,
    ledger,
    evidence,
    buildId,
    flagEditor: canChangeFlags
      ? {
          async set(flag, setting) {
            const from = ruleOf(flag);
            if (typeof setting === "number") flags.roll(flag, setting);
            else flags.turn(flag, setting);
            return { flag, from, to: ruleOf(flag) };
          },
        }
      : undefined,
  };
  const noteCohorts: ExchangeObserver = {
    requestStarted: () => {},
    requestEnded: (record) => cohorts.note(record),
    requestRefused: () => {},
    socketOpened: () => {},
    socketClosed: () => {},
  };
  const observer = composeObservers([guard.observer, census.observer, noteCohorts]);
  return { guard, drift, cohorts, evidence, ledger, port, observer };
}

export function createAdminSide(options: AdminSideOptions = {}): AdminSide {
  const { natives = ["chat.health"], routes = ROUTE_TABLE, hasDelivery = true } = options;
  const flags = createFakeFlags();
  const time = createManualTime(options.startMs);
  const { clock, scheduler } = time;
  const { port, observer, ...steering } = createSteering(options, flags, time);
  const safeguards = {
    isTripped: (id: string): boolean => steering.guard.isTripped(id),
    ceilingOf: (id: string) => port.ceiling.ceilingOf(id),
  };
  const statistics = createStatistics(clock);
  const metrics = createMetrics({ version: "1.2.3" });
  const hasNative = (id: string): boolean => natives.includes(id);
  const logLines: string[] = [];
  createFlagMetrics(metrics, flags);
  const side = {
    flags,
    clock,
    time,
    ...steering,
    logLines,
    isDraining: false,
    checks: [] as ReadinessCheck[],
    observer: composeObservers([statistics, createMetricsObserver(metrics), observer]),
  };
  const app = createAdminApp({
    listRoutes: createRouteOverview({ routes, hasNative, flags, safeguards, statistics, clock }),
    flags,
    explain: createExplainer({
      resolve: createResolver({
        matchRoute: createRouteMatcher(routes),
        flags,
        hasNative,
        adminToken: undefined,
        safeguards,
      }),
      flags,
      safeguards,
      authenticator: createAuthenticator({ jwtSecret: TOKEN_SECRET, jwksUrl: undefined, clock }),
      trust: parseTrust("off"),
    }),
    metrics,
    checks: side.checks,
    isDraining: () => side.isDraining,
    logger: createLogger({ level: "info", write: (line) => void logLines.push(line) }),
    delivery: hasDelivery ? port : undefined,
    history: createRouteHistory({
      routeIds: routes.map(({ id }) => id),
      statistics,
      clock,
      scheduler,
    }),
    adminToken: options.adminToken,
    clock,
    scheduler: options.eventScheduler ?? scheduler,
  });
  return Object.assign(side, { app });
}
