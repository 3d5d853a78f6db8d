import { randomUUID } from "node:crypto";

import type { DecisionParts } from "#cli/decision.ts";
import { createConcernDependencies } from "#cli/serve/create-concern-dependencies.ts";
import type { Delivery } from "#cli/serve/create-delivery.ts";
import { createFrameCensus } from "#cli/serve/create-frame-census.ts";
import { loadDeprecations } from "#cli/serve/load-deprecations.ts";
import type { Foundations } from "#cli/serve/open-foundations.ts";
import { createShadowing } from "#cli/serve/shadow/create-shadowing.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { Census } from "#delivery/census/index.ts";
import type { Shadow } from "#delivery/shadow/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { createAccessLog } from "#routing/access-log.ts";
import { toAllowedOrigins } from "#routing/cors.ts";
import { createEdgeAuth } from "#routing/edge-auth.ts";
import { createMetricsObserver } from "#routing/exchange-metrics.ts";
import { composeObservers, type ExchangeObserver } from "#routing/exchange.ts";
import { createHandoff } from "#routing/handoff/index.ts";
import { createNativeSide } from "#routing/native.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createUpstream } from "#routing/upstream/index.ts";
import { createPublicListener, type PublicListener } from "#server/public-listener.ts";

/** Absent statistics: other processes have sockets, too, of which nothing is known here. */
type FrontFoundations = Omit<Foundations, "statistics"> & Partial<Pick<Foundations, "statistics">>;

export interface FrontOptions {
  readonly config: Config;
  readonly foundations: FrontFoundations;
  readonly decision: Pick<DecisionParts, "resolve" | "authenticator">;
  /** Told of every exchange, before it is logged. */
  readonly steering: ExchangeObserver;
  readonly census: Pick<Census, "noteFrame">;
  readonly comparisons: Delivery["comparisons"];
  /** How many good answers of the legacy this process logs a second. */
  readonly logPerSecond: number;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

export interface Front {
  readonly listener: PublicListener;
  readonly shadow: Shadow;
}

/** Builds what carries traffic: the legacy leg, the native side and its shadow, and the public listener, not listening yet. */
export function createFront({
  config,
  foundations,
  decision: { resolve, authenticator },
  steering,
  census,
  comparisons,
  logPerSecond,
  lifecycle,
  logger,
}: FrontOptions): Front {
  const { flags, metrics, origin } = foundations;
  const upstream = lifecycle.own(
    "upstream",
    createUpstream({ origin, clock: systemClock, logger, engine: config.LEGACY_ENGINE }),
  );
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
    drift: comparisons,
    origin,
    fetch,
    hasNative: (routeId) => NATIVE_ROUTE_IDS.has(routeId),
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
      onlookers: [handoff, onlooker, createFrameCensus({ census, flags })],
      observer: composeObservers([
        createMetricsObserver(metrics),
        steering,
        createAccessLog({ logger, clock: systemClock, perSecond: logPerSecond }),
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
  return { listener, shadow };
}
