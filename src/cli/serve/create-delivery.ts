import { randomUUID } from "node:crypto";

import { KNOWN_FLAGS } from "#cli/known-flags.ts";
import { loadFlagLog } from "#cli/load-flag-log.ts";
import { createLegacyProbe } from "#cli/serve/create-legacy-probe.ts";
import { createSwitchOff, routeOfFlag } from "#cli/serve/switch-off.ts";
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
  createEvidenceView,
  createFlipRecorder,
  createMemoryLedger,
  createPostgresLedger,
  type EvidenceLedger,
  type EvidenceView,
  openFileLedger,
  type RouteSample,
  toComparison,
  toGuardEvidence,
} from "#delivery/evidence/index.ts";
import { createGuard, createRedisTripBoard, type Guard } from "#delivery/guard/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Database } from "#platform/database/index.ts";
import { toMessage } from "#platform/errors.ts";
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

/** In the operator's database where there is one, else in the file that is set, else in memory. */
async function openLedger({ config, database, logger }: DeliveryOptions): Promise<EvidenceLedger> {
  const { EVIDENCE_FILE: path, DATABASE_URL: url } = config;
  if (path !== undefined) return openFileLedger({ path, logger });
  return url === undefined ? createMemoryLedger() : createPostgresLedger(database);
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
  const { config, buildId, redis, statistics, origin, flags, flagEditor, lifecycle, logger } =
    options;
  const clock = systemClock;
  const ledger = lifecycle.own("evidence", await openLedger(options));
  const evidence = lifecycle.own("evidence view", createEvidenceView({ ledger, buildId, logger }));
  const board =
    redis &&
    lifecycle.own("trip board", createRedisTripBoard({ redis, logger, createId: randomUUID }));
  const guard = createGuard({
    clock,
    logger,
    createId: randomUUID,
    board,
    isLegacyThere: createLegacyProbe(origin, fetch),
    switchOff:
      config.GUARD_TURNS_FLAG_OFF && flagEditor !== undefined
        ? createSwitchOff({ editor: flagEditor, evidence, buildId, clock })
        : undefined,
    onEvent(event) {
      // What another instance found is written down by that one.
      if (!event.isOwn) return;
      const entry = toGuardEvidence(event, buildId);
      evidence.append(entry).catch((error: unknown) => {
        logger.warn({ error: toMessage(error), kind: entry.kind }, "Evidence was not written");
      });
    },
  });
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
  // A trip outlives the process that found it.
  await evidence.refresh();
  guard.restore(evidence.standingTrips());
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
