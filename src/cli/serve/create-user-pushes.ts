import { randomUUID } from "node:crypto";

import { createLegacyPushLeg } from "#cli/serve/legacy-push-leg.ts";
import { createPushes, createRedisPushBus, type Pushes } from "#pam/pushes/index.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { createRedisSubscriber, type Redis } from "#platform/redis/index.ts";
import type { Statistics } from "#routing/statistics.ts";

export interface UserPushesOptions {
  readonly config: Pick<Config, "REDIS_URL" | "INTERNAL_API_SECRET">;
  /** The legacy, or what stands in for it. */
  readonly origin: URL;
  /** Absent: this process is alone. */
  readonly redis: Redis | undefined;
  /** Absent: not known. */
  readonly statistics: Pick<Statistics, "of"> | undefined;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Pushes to every socket of a user: here, on the other instances, and on the legacy while it may hold some. */
export function createUserPushes({
  config,
  origin,
  redis,
  statistics,
  lifecycle,
  metrics,
  logger,
}: UserPushesOptions): Pushes {
  const { REDIS_URL: url, INTERNAL_API_SECRET: secret } = config;
  const subscriber =
    url === undefined
      ? undefined
      : lifecycle.own("redis subscriber", createRedisSubscriber({ url, logger }));
  const bus =
    redis && subscriber && createRedisPushBus({ redis, subscriber, instanceId: randomUUID() });
  const legacy = createLegacyPushLeg({
    origin,
    secret,
    fetch,
    // Where there are other instances, they may carry sockets to the legacy, of which nothing is known here.
    isNeeded: () =>
      bus !== undefined ||
      statistics === undefined ||
      (statistics.of("ws.socket").legacy?.openSockets ?? 0) > 0,
  });
  return createPushes({ bus, legs: [legacy], metrics, logger });
}
