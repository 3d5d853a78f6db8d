import { randomUUID } from "node:crypto";

import {
  createAdminApp,
  createFlagMetrics,
  createRouteOverview,
  openAdminListener,
  type ReadinessCheck,
} from "#admin/index.ts";
import { createDecision } from "#cli/decision.ts";
import { loadFlags } from "#cli/load-flags.ts";
import { openStandIn } from "#cli/open-stand-in.ts";
import { createModelProviders, createToolServices } from "#cli/serve/create-providers.ts";
import { createSharedState } from "#cli/serve/create-shared-state.ts";
import { createUserPushes } from "#cli/serve/create-user-pushes.ts";
import { loadDeprecations } from "#cli/serve/load-deprecations.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { createAssistant } from "#pam/assistant.ts";
import { createProviderFetch } from "#pam/providers/index.ts";
import { createEngines, createRealtimeVoice, createSpeech } from "#pam/speech/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { createLazyDatabase } from "#platform/database/index.ts";
import type { FlagFreshness, Flags } from "#platform/flags/index.ts";
import { type Closeable, createLifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis } from "#platform/redis/index.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createAccessLog } from "#routing/access-log.ts";
import { toAllowedOrigins } from "#routing/cors.ts";
import { createEdgeAuth } from "#routing/edge-auth.ts";
import { createMetricsObserver } from "#routing/exchange-metrics.ts";
import { composeObservers } from "#routing/exchange.ts";
import { createHandoff } from "#routing/handoff/index.ts";
import { createNativeSide } from "#routing/native.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createStatistics } from "#routing/statistics.ts";
import { createUpstream } from "#routing/upstream/index.ts";
import type { DrainReport } from "#server/drain.ts";
import { createPublicListener, type PublicListener } from "#server/public-listener.ts";

/** How long the first flags are waited for before requests are taken without them. */
const FLAGS_DEADLINE_MS = 2_000;
/** What of the grace is left for closing everything else once the drain is over. */
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

/** What native sides speak with: OpenAI where there is a key, and what needs none. */
function createVoices({
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: baseUrl,
}: Config): Pick<ConcernDependencies, "speech" | "realtimeVoice"> {
  const openAi = apiKey === undefined ? undefined : { apiKey, baseUrl };
  const engines = createEngines({ openAi, fetch, clock: systemClock, createId: randomUUID });
  return {
    speech: createSpeech({ engines, clock: systemClock }),
    realtimeVoice: openAi && createRealtimeVoice(openAi, fetch),
  };
}

/** Builds the whole service from its settings and listens on both addresses. Closes what it opened if a step fails. */
export async function createService({ config, logger, version }: ServiceOptions): Promise<Service> {
  const lifecycle = createLifecycle(logger);
  try {
    const flags = lifecycle.own("flags", loadFlags(config, logger));
    const origin =
      config.LEGACY_URL ??
      lifecycle.own("stand-in", await openStandIn({ host: "127.0.0.1", port: 0 }, logger)).url;
    const upstream = lifecycle.own(
      "upstream",
      createUpstream({ origin, clock: systemClock, logger, engine: config.LEGACY_ENGINE }),
    );
    const database = lifecycle.own(
      "database",
      createLazyDatabase({ url: config.DATABASE_URL, clock: systemClock, logger }),
    );
    const { resolve, explain, authenticator } = createDecision(config, flags);
    const metrics = createMetrics({ version });
    const { REDIS_URL: redisUrl } = config;
    const redis =
      redisUrl === undefined
        ? undefined
        : lifecycle.own(
            "redis",
            createRedis({ url: redisUrl, clock: systemClock, logger, metrics }),
          );
    const providerFetch = lifecycle.own("provider connections", createProviderFetch());
    const assistant = lifecycle.own(
      "assistant",
      createAssistant({
        providers: createModelProviders(config, providerFetch.fetch),
        models: {
          anthropic: config.ANTHROPIC_MODEL,
          openai: config.OPENAI_MODEL,
          deepseek: config.DEEPSEEK_MODEL,
        },
        database: database.get,
        services: createToolServices(config, providerFetch.fetch),
        redis,
        flags,
        clock: systemClock,
        scheduler: systemScheduler,
        logger,
        metrics,
      }),
    );
    const deprecations = loadDeprecations(config);
    const handoff = lifecycle.own(
      "handoff",
      createHandoff({
        ...assistant,
        flags,
        authenticator,
        metrics,
        clock: systemClock,
        scheduler: systemScheduler,
      }),
    );
    const statistics = createStatistics(systemClock);
    createFlagMetrics(metrics, flags);

    const allowedOrigins = toAllowedOrigins(config.CORS_ALLOWED_ORIGINS);
    const listener = lifecycle.own(
      "public listener",
      createPublicListener({
        resolve,
        upstream,
        native: createNativeSide({
          concerns: CONCERNS,
          dependencies: {
            clock: systemClock,
            scheduler: systemScheduler,
            logger,
            authenticator,
            database: database.get,
            turn: assistant.turn,
            agent: assistant.agent,
            store: assistant.store,
            ...assistant.knowledge,
            safetyProfileOf: assistant.safetyProfileOf,
            isOn: (flag, userId) => flags.evaluate(flag, { key: userId }) === "on",
            internalSecret: config.INTERNAL_API_SECRET,
            ...createVoices(config),
            pushes: createUserPushes({
              config,
              origin,
              redis,
              statistics,
              lifecycle,
              metrics,
              logger,
            }),
            ...createSharedState({ redis, clock: systemClock, logger, metrics }),
            hasAnthropicKey: config.ANTHROPIC_API_KEY !== undefined,
          },
          allowedOrigins,
        }),
        allowedOrigins,
        edgeAuth: createEdgeAuth({ routes: ROUTE_TABLE, flags, authenticator, metrics, logger }),
        onlookers: [handoff],
        observer: composeObservers([
          statistics,
          createMetricsObserver(metrics),
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
            hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
            flags,
            statistics,
            clock: systemClock,
          }),
          flags,
          explain,
          metrics,
          checks: readinessChecks(flags, listener),
          isDraining: () => listener.isDraining,
          logger,
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
      drain: async () => listener.drain(config.SHUTDOWN_GRACE_MS * (1 - CLOSING_SHARE)),
      close: async () => lifecycle.close(),
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
