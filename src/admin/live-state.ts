import { createCensusCache } from "#admin/census-cache.ts";
import type { DeliveryPort } from "#admin/delivery-port.ts";
import { createLedgerCheck } from "#admin/ledger-check.ts";
import { checkReadiness, type ReadinessCheck, type ReadinessReport } from "#admin/readiness.ts";
import type { RouteHistory } from "#admin/route-history.ts";
import type { RouteOverview } from "#admin/route-overview.ts";
import { type RouteRow, toRouteRow } from "#admin/route-row.ts";
import type { CensusReport } from "#delivery/census/index.ts";
import type { ShadowCounts } from "#delivery/shadow/index.ts";
import type { Clock } from "#platform/clock.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";

/** What an operator looks at, as it is at one moment. */
export interface Snapshot {
  readonly routes: readonly RouteRow[];
  readonly flags: {
    readonly freshness: ReturnType<Flags["freshness"]>;
    readonly flags: ReturnType<Flags["list"]>;
  };
  readonly readiness: ReadinessReport;
  /** What can be done from here. */
  readonly operations: {
    readonly hasAdminToken: boolean;
    readonly canChangeFlags: boolean;
    readonly buildId: string | null;
  };
  readonly shadow: ShadowCounts | null;
}

export interface LiveStateOptions {
  readonly listRoutes: () => readonly RouteOverview[];
  readonly flags: Pick<Flags, "list" | "freshness">;
  readonly checks: readonly ReadinessCheck[];
  readonly isDraining: () => boolean;
  readonly hasAdminToken: boolean;
  readonly delivery: DeliveryPort | undefined;
  readonly history: Pick<RouteHistory, "of" | "hourOf"> | undefined;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn">;
}

/** Reads the whole of it for whoever asks: pages, streams and machines see the same. */
export interface LiveState {
  rows(): readonly RouteRow[];
  census(): CensusReport | undefined;
  flags(): Snapshot["flags"];
  readiness(): Promise<ReadinessReport>;
  snapshot(): Promise<Snapshot>;
}

export function createLiveState({
  listRoutes,
  flags,
  checks,
  isDraining,
  hasAdminToken,
  delivery,
  history,
  clock,
  logger,
}: LiveStateOptions): LiveState {
  const cache = delivery && createCensusCache(delivery.census, clock, logger);

  function rows(): readonly RouteRow[] {
    const facts = {
      flags: flags.list(),
      history,
      delivery,
      census: cache?.peek(),
      nowMs: clock.now(),
    };
    return listRoutes().map((route) => toRouteRow(route, facts));
  }

  const readFlags = (): Snapshot["flags"] => ({
    freshness: flags.freshness(),
    flags: flags.list(),
  });
  const ledgerChecks = delivery === undefined ? [] : [createLedgerCheck(delivery.evidence)];
  const readiness = async (): Promise<ReadinessReport> =>
    checkReadiness([...checks, ...ledgerChecks], isDraining());

  return {
    rows,
    census: () => cache?.peek(),
    flags: readFlags,
    readiness,
    async snapshot() {
      const report = await readiness();
      // The rest is read in one go, so that what is told next continues from exactly here.
      return {
        routes: rows(),
        flags: readFlags(),
        readiness: report,
        operations: {
          hasAdminToken,
          canChangeFlags: delivery?.flagEditor !== undefined,
          buildId: delivery?.buildId ?? null,
        },
        shadow: delivery?.shadow?.counts() ?? null,
      };
    },
  };
}
