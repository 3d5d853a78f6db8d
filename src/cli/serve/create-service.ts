import { randomUUID } from "node:crypto";

import {
  createAdminApp,
  createFlagMetrics,
  createRouteHistory,
  createRouteOverview,
  openAdminListener,
  type ReadinessCheck,
} from "#admin/index.ts";
import { createDecision } from "#cli/decision.ts";
import { loadFlagEditor } from "#cli/load-flag-editor.ts";
import { createConcernDependencies } from "#cli/serve/create-concern-dependencies.ts";
import { createDelivery } from "#cli/serve/create-delivery.ts";
import { createFrameCensus } from "#cli/serve/create-frame-census.ts";
import { loadDeprecations } from "#cli/serve/load-deprecations.ts";
import { openFoundations } from "#cli/serve/open-foundations.ts";
import { createShadowing } from "#cli/serve/shadow/create-shadowing.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { FlagFreshness, Flags } from "#platform/flags/index.ts";
import { type Closeable, createLifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { createAccessLog } from "#routing/access-log.ts";
import { toAllowedOrigins } from "#routing/cors.ts";
import { createEdgeAuth } from "#routing/edge-auth.ts";
import { createMetricsObserver } from "#routing/exchange-metrics.ts";
import { composeObservers } from "#routing/exchange.ts";
import { createHandoff } from "#routing/handoff/index.ts";
import { createNativeSide } from "#routing/native.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createUpstream } from "#routing/upstream/index.ts";
import type { DrainReport } from "#server/drain.ts";
import { createPublicListener, type PublicListener } from "#server/public-listener.ts";

/** How long the first flags are waited for before requests are taken without them. */
const FLAGS_DEADLINE_MS = 2_000;
/** What of the grace is left at the least for closing everything else once the drain is over. */
const CLOSING_SHARE = 0.1;

export interface Service extends Closeable {
  readonly publicUrl: URL;
  readonly adminUrl: URL;
  readonly freshness: () => FlagFreshness;
  /** Takes no new work, finishes what is under way, and says what had to be cut. */
  drain(): Promise<DrainReport>;
}

export interface ServiceOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
}

const hasNative = (routeId: string): boolean => NATIVE_ROUTE_IDS.has(routeId);

const readinessChecks = (flags: Flags, listener: PublicListener): ReadinessCheck[] => [
  {
    name: "listener",
    run: () =>
      listener.isListening
        ? { isReady: true, reason: `${ROUTE_TABLE.length} routes` }
        : { isReady: false, reason: "the public address is not listened on" },
  },
  {
    name: "flags",
    run() {
      const { state, source, problem } = flags.freshness();
      // Without fresh flags everything still has a side, so Banyan stays ready and says how it is.
      const trouble = problem === undefined ? "" : `: ${problem}`;
      return { isReady: true, reason: `${state} from ${source}${trouble}` };
    },
  },
];

/** Builds the whole service from its settings and listens on both addresses. Closes what it opened if a step fails. */
export async function createService({ config, logger, version }: ServiceOptions): Promise<Service> {
  const lifecycle = createLifecycle(logger);
  const { SHUTDOWN_GRACE_MS: graceMs } = config;
  let endsAtMs: number | undefined;
  try {
    const foundations = await openFoundations({ config, version, lifecycle, logger });
    const { flags, metrics, statistics, origin } = foundations;
    createFlagMetrics(metrics, flags);
    const upstream = lifecycle.own(
      "upstream",
      createUpstream({ origin, clock: systemClock, logger, engine: config.LEGACY_ENGINE }),
    );
    const flagEditor = loadFlagEditor(config, fetch);
    const delivery = await createDelivery({
      ...foundations,
      config,
      flagEditor,
      buildId: config.BUILD_ID ?? version,
      lifecycle,
      logger,
    });
    const { safeguards } = delivery;
    const { resolve, explain, authenticator } = createDecision(config, flags, safeguards);
    const { assistant, dependencies } = createConcernDependencies({
      config,
      foundations,
      authenticator,
      lifecycle,
      logger,
    });
    const allowedOrigins = toAllowedOrigins(config.CORS_ALLOWED_ORIGINS);
    const deprecations = loadDeprecations(config);
    const handoff = lifecycle.own(
      "handoff",
      createHandoff({ ...dependencies, ...assistant, flags, metrics }),
    );
    const { onlooker, shadow } = createShadowing({
      live: dependencies,
      flags,
      allowedOrigins,
      drift: delivery.comparisons,
      origin,
      fetch,
      hasNative,
      metrics,
      lifecycle,
      logger,
    });
    const listener = lifecycle.own(
      "public listener",
      createPublicListener({
        resolve,
        upstream,
        native: createNativeSide({ concerns: CONCERNS, dependencies, allowedOrigins }),
        allowedOrigins,
        edgeAuth: createEdgeAuth({ routes: ROUTE_TABLE, flags, authenticator, metrics, logger }),
        onlookers: [handoff, onlooker, createFrameCensus({ census: delivery.census, flags })],
        observer: composeObservers([
          statistics,
          createMetricsObserver(metrics),
          delivery.observer,
          createAccessLog({
            logger,
            clock: systemClock,
            perSecond: config.ACCESS_LOG_PER_SECOND,
          }),
        ]),
        clock: systemClock,
        logger,
        createRequestId: randomUUID,
        trust: config.TRUST_PROXY,
        timeouts: {
          connectMs: config.LEGACY_CONNECT_TIMEOUT_MS,
          firstByteMs: config.LEGACY_FIRST_BYTE_TIMEOUT_MS,
        },
        maxBodyBytes: config.MAX_BODY_BYTES,
        maxHeaderBytes: config.MAX_HEADER_BYTES,
        maxUrlBytes: config.MAX_URL_BYTES,
        legacyHost: config.LEGACY_HOST_HEADER,
        exposeSide: config.EXPOSE_SIDE,
        ...(deprecations !== undefined && { deprecations }),
      }),
    );

    const admin = lifecycle.own(
      "admin listener",
      await openAdminListener(
        createAdminApp({
          listRoutes: createRouteOverview({
            routes: ROUTE_TABLE,
            hasNative,
            flags,
            safeguards,
            statistics,
            clock: systemClock,
          }),
          flags,
          explain,
          metrics,
          checks: readinessChecks(flags, listener),
          isDraining: () => listener.isDraining,
          logger,
          delivery: { ...delivery, shadow, flagEditor },
          history: lifecycle.own(
            "history of routes",
            createRouteHistory({
              routeIds: ROUTE_TABLE.map(({ id }) => id),
              statistics,
              clock: systemClock,
            }),
          ),
          adminToken: config.ADMIN_TOKEN,
        }),
        { host: config.ADMIN_HOST, port: config.ADMIN_PORT },
      ),
    );
    // Flags first: the first request is decided by them, not by their absence.
    await flags.ready(FLAGS_DEADLINE_MS);
    const publicUrl = await listener.listen({ host: config.HOST, port: config.PORT });

    return {
      publicUrl,
      adminUrl: admin.url,
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
