import { createFlagMetrics } from "#admin/index.ts";
import { createDecision } from "#cli/decision.ts";
import { loadFlagEditor } from "#cli/load-flag-editor.ts";
import { createDelivery } from "#cli/serve/create-delivery.ts";
import type { ServiceOptions } from "#cli/serve/create-service.ts";
import { openAdmin } from "#cli/serve/open-admin.ts";
import { openFoundations } from "#cli/serve/open-foundations.ts";
import { CLOSING_SHARE, FLAGS_DEADLINE_MS, type Service } from "#cli/serve/service.ts";
import { showShadow } from "#cli/serve/shadow/show-shadow.ts";
import { createCrew } from "#cli/serve/workers/create-crew.ts";
import type { Crew } from "#cli/serve/workers/crew.ts";
import { systemClock } from "#platform/clock.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import { renderSum } from "#platform/metrics-sum.ts";
import type { Metrics } from "#platform/metrics.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import type { StartWorker } from "#platform/workers/index.ts";
import { composeObservers } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

/** Of the grace, for the workers; the rest is for what the primary itself has to close. */
const WORKERS_SHARE = 0.9;

/** The sums of all processes, as if they were one. */
const sumMetrics = (
  own: Metrics,
  { measure }: Crew["figures"],
): Pick<Metrics, "contentType" | "render"> => ({
  contentType: own.contentType,
  async render() {
    const ofWorkers = await measure();
    return renderSum([await own.snapshot(), ...ofWorkers]);
  },
});

function showCrew(metrics: Pick<Metrics, "reading">, crew: Crew, count: number): void {
  metrics.reading(
    { name: "banyan_workers", help: "Worker processes, by state", labels: ["state"] },
    () => [
      { labels: { state: "wanted" }, value: count },
      { labels: { state: "listening" }, value: crew.listening },
    ],
  );
}

/**
 * Builds the service of several processes: this one steers and shows, and its workers carry the traffic. Closes what it
 * opened, workers included, if a step fails.
 */
export async function createPrimary({
  config,
  logger,
  version,
  startWorker,
}: ServiceOptions & { readonly startWorker: StartWorker }): Promise<Service> {
  const lifecycle = createLifecycle(logger);
  const { SHUTDOWN_GRACE_MS: graceMs, WORKERS: count } = config;
  let endsAtMs: number | undefined;
  try {
    const foundations = await openFoundations({ config, version, lifecycle, logger });
    const { flags, metrics, statistics, origin } = foundations;
    createFlagMetrics(metrics, flags);
    const flagEditor = loadFlagEditor(config, fetch);
    const delivery = await createDelivery({
      ...foundations,
      config,
      flagEditor,
      buildId: config.BUILD_ID ?? version,
      lifecycle,
      logger,
    });
    const { explain } = createDecision(config, flags, delivery.safeguards);
    const crew = createCrew({
      count,
      startWorker,
      origin,
      flags,
      delivery,
      observer: composeObservers([statistics, delivery.observer]),
      clock: systemClock,
      scheduler: systemScheduler,
      logger,
    });
    const shadow = { counts: () => crew.figures.shadowCounts() };
    showShadow(shadow, metrics);
    showCrew(metrics, crew, count);
    const adminUrl = await openAdmin({
      config,
      foundations,
      delivery,
      flagEditor,
      explain,
      shadow,
      metrics: sumMetrics(metrics, crew.figures),
      listening: () => ({
        // Fewer than wanted still answer everything.
        isReady: crew.listening > 0,
        reason: `${crew.listening} of ${count} workers listen, ${ROUTE_TABLE.length} routes`,
      }),
      isDraining: () => crew.isDraining,
      lifecycle,
      logger,
    });
    lifecycle.own("workers", crew);
    // Flags first: the first request is decided by them, not by their absence.
    await flags.ready(FLAGS_DEADLINE_MS);
    const publicUrl = await crew.start();

    return {
      publicUrl,
      adminUrl,
      freshness: () => flags.freshness(),
      failed: crew.failed,
      async drain() {
        endsAtMs = systemClock.monotonicMs() + graceMs;
        return crew.drain({ graceMs: graceMs * WORKERS_SHARE, withinMs: graceMs });
      },
      async close() {
        const leftMs = (): number =>
          endsAtMs === undefined ? graceMs : endsAtMs - systemClock.monotonicMs();
        // They close what is theirs, and their last word is what the primary writes down.
        await crew.endWithin(Math.max(0, leftMs() - graceMs * (1 - WORKERS_SHARE)));
        await lifecycle.close(Math.max(leftMs(), graceMs * CLOSING_SHARE));
      },
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
