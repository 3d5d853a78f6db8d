import { KNOWN_FLAGS } from "#cli/known-flags.ts";
import { loadFlagLog } from "#cli/load-flag-log.ts";
import { openEvidence } from "#cli/serve/open-evidence.ts";
import { openGuard } from "#cli/serve/open-guard.ts";
import { routeOfFlag } from "#cli/serve/switch-off.ts";
import {
  type CohortSample,
  type Ceiling,
  createCeiling,
  createCohortSample,
} from "#delivery/ceiling/index.ts";
import {
  type Census,
  createCensus,
  createMemoryCensusStore,
  createRedisCensusStore,
} from "#delivery/census/index.ts";
import { createDriftStore, type DriftStore } from "#delivery/drift/index.ts";
import {
  createEvidenceRecorder,
  createFlipRecorder,
  type EvidenceLedger,
  type EvidenceView,
  type RouteSample,
  toComparison,
} from "#delivery/evidence/index.ts";
import type { Guard } from "#delivery/guard/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Database } from "#platform/database/index.ts";
import type { FlagEditor, Flags } from "#platform/flags/index.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Redis } from "#platform/redis/index.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Safeguards } from "#routing/safeguards.ts";
import type { Statistics } from "#routing/statistics.ts";

export interface DeliveryOptions {
  readonly config: Pick<
    Config,
    | "CEILING"
    | "EVIDENCE_FILE"
    | "EVIDENCE_PERIOD_MS"
    | "DATABASE_URL"
    | "GUARD_TURNS_FLAG_OFF"
    | "UNLEASH_URL"
    | "UNLEASH_TOKEN"
    | "UNLEASH_ADMIN_TOKEN"
  >;
  /** What is deployed: evidence of one build says nothing of another. */
  readonly buildId: string;
  readonly database: () => Promise<Database>;
  /** Absent: this process is alone. */
  readonly redis: Redis | undefined;
  readonly statistics: Pick<Statistics, "of">;
  /** The legacy, or what stands in for it. */
  readonly origin: URL;
  readonly flags: Pick<Flags, "list" | "freshness" | "onChange">;
  /** Absent: flags are not changed from here. */
  readonly flagEditor: FlagEditor | undefined;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** Everything that steers a rollout beside its flags. */
export interface Delivery {
  readonly safeguards: Safeguards;
  readonly observer: ExchangeObserver<ExchangeOutline>;
  readonly guard: Guard;
  readonly ceiling: Ceiling;
  readonly cohorts: CohortSample;
  readonly drift: DriftStore;
  /** Where comparisons are told: to the drift that is shown, and to the guard. */
  readonly comparisons: Pick<DriftStore, "recordShadow" | "recordBaseline">;
  readonly census: Census;
  readonly ledger: EvidenceLedger;
  readonly evidence: EvidenceView;
  readonly buildId: string;
}

interface Sampled {
  readonly guard: Guard;
  readonly drift: DriftStore;
  readonly statistics: Pick<Statistics, "of">;
}

function sampleRoutes(sampled: Sampled): readonly RouteSample[] {
  return ROUTE_TABLE.filter(({ concern }) => concern !== "legacy-only").map(({ id: routeId }) => {
    const found = sampled.drift.evidenceOf(routeId);
    return {
      routeId,
      compared: found?.compared ?? 0,
      unexplained: found?.unexplainedFields ?? 0,
      nativeRequests: sampled.statistics.of(routeId).native?.totalRequests ?? 0,
      comparison: toComparison(sampled.guard.of(routeId).reading),
      isTripped: sampled.guard.isTripped(routeId),
    };
  });
}

/** Tells several observers of what they want to know, in their order. */
function createObserver(
  guard: Guard,
  census: Census,
  cohorts: CohortSample,
): ExchangeObserver<ExchangeOutline> {
  return {
    requestStarted: () => {},
    requestEnded(record) {
      guard.observer.requestEnded(record);
      census.observer.requestEnded(record);
      cohorts.note(record);
    },
    requestRefused: () => {},
    socketOpened: () => {},
    socketClosed(record, close) {
      guard.observer.socketClosed(record, close);
    },
  };
}

/** Builds guard, ceiling, evidence, census and drift. Rejects where the evidence file cannot be read. */
export async function createDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { config, buildId, redis, statistics, flags, lifecycle, logger } = options;
  const clock = systemClock;
  const opened = await openEvidence(options);
  const { ledger, view: evidence } = opened;
  const guard = openGuard({ ...options, evidence: opened });
  const drift = createDriftStore({ clock });
  const cohorts = createCohortSample(() => clock.monotonicMs());
  const census = lifecycle.own(
    "census",
    createCensus({
      store:
        redis === undefined
          ? createMemoryCensusStore(clock.now())
          : createRedisCensusStore({ redis, sinceMs: clock.now() }),
      clock,
      logger,
    }),
  );
  lifecycle.own(
    "evidence recorder",
    createEvidenceRecorder({
      sample: () => sampleRoutes({ guard, drift, statistics }),
      periodMs: config.EVIDENCE_PERIOD_MS,
      view: evidence,
      buildId,
      clock,
      logger,
    }),
  );
  const log = loadFlagLog(config, fetch);
  const terms = { isOwn: (flag: string) => KNOWN_FLAGS.has(flag), routeOf: routeOfFlag, buildId };
  lifecycle.own(
    "flip recorder",
    createFlipRecorder({ ...terms, flags, log, ledger, clock, logger }),
  );
  // The first request is decided by what is known, unless the ledger is away.
  await evidence.refresh();
  const ceiling = createCeiling({ mode: config.CEILING, evidence, clock });
  return {
    safeguards: {
      isTripped: (routeId) => guard.isTripped(routeId),
      ceilingOf: (routeId) => ceiling.ceilingOf(routeId),
    },
    observer: createObserver(guard, census, cohorts),
    guard,
    ceiling,
    cohorts,
    drift,
    comparisons: {
      recordShadow(result) {
        drift.recordShadow(result);
        const isExplained = result.differences.every(
          ({ explainedBy }) => explainedBy !== undefined,
        );
        guard.recordDrift(result.routeId, "native", result.isFailed || !isExplained);
      },
      recordBaseline(routeId, comparison) {
        drift.recordBaseline(routeId, comparison);
        guard.recordDrift(routeId, "legacy", comparison.differences.length > 0);
      },
    },
    census,
    ledger,
    evidence,
    buildId,
  };
}
