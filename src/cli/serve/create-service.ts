import { createFlagMetrics } from "#admin/index.ts";
import { createDecision } from "#cli/decision.ts";
import { loadFlagEditor } from "#cli/load-flag-editor.ts";
import { createDelivery } from "#cli/serve/create-delivery.ts";
import { createFront } from "#cli/serve/create-front.ts";
import { openAdmin } from "#cli/serve/open-admin.ts";
import { openFoundations } from "#cli/serve/open-foundations.ts";
import { CLOSING_SHARE, FLAGS_DEADLINE_MS, type Service } from "#cli/serve/service.ts";
import { showShadow } from "#cli/serve/shadow/show-shadow.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { composeObservers } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

export interface ServiceOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
}

/**
 * Builds the whole service in this process from its settings, and listens on both addresses. Closes what it opened if
 * a step fails.
 */
export async function createService({ config, logger, version }: ServiceOptions): Promise<Service> {
  const lifecycle = createLifecycle(logger);
  const { SHUTDOWN_GRACE_MS: graceMs } = config;
  let endsAtMs: number | undefined;
  try {
    const foundations = await openFoundations({ config, version, lifecycle, logger });
    const { flags, metrics, statistics } = foundations;
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
    const decision = createDecision(config, flags, delivery.safeguards);
    const { listener, shadow } = createFront({
      config,
      foundations,
      decision,
      steering: composeObservers([statistics, delivery.observer]),
      census: delivery.census,
      comparisons: delivery.comparisons,
      logPerSecond: config.ACCESS_LOG_PER_SECOND,
      lifecycle,
      logger,
    });
    showShadow(shadow, metrics);
    const adminUrl = await openAdmin({
      config,
      foundations,
      delivery,
      flagEditor,
      explain: decision.explain,
      shadow,
      metrics,
      listening: () =>
        listener.isListening
          ? { isReady: true, reason: `${ROUTE_TABLE.length} routes` }
          : { isReady: false, reason: "the public address is not listened on" },
      isDraining: () => listener.isDraining,
      lifecycle,
      logger,
    });
    // Flags first: the first request is decided by them, not by their absence.
    await flags.ready(FLAGS_DEADLINE_MS);
    const publicUrl = await listener.listen({
      host: config.HOST,
      port: config.PORT,
      portFrom: "PORT",
    });

    return {
      publicUrl,
      adminUrl,
      freshness: () => flags.freshness(),
      async drain() {
        endsAtMs = systemClock.monotonicMs() + graceMs;
        return listener.drain(graceMs * (1 - CLOSING_SHARE));
      },
      async close() {
        // A database or a store that hangs must not hold the process until it is killed.
        const leftMs = endsAtMs === undefined ? graceMs : endsAtMs - systemClock.monotonicMs();
        await lifecycle.close(Math.max(leftMs, graceMs * CLOSING_SHARE));
      },
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
