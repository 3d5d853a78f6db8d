import type { ConcernDependencies } from "#concerns/concern.ts";
import { createMessageSizeStatistics } from "#pam/message-size/index.ts";
import { createSocketFigures } from "#pam/pushes/index.ts";
import { createFrameLimit, createRateLimits } from "#pam/rate-limits/index.ts";
import { createRedisSharedStore, createResponseCache } from "#pam/response-cache/index.ts";
import { createSecurityEventCounts } from "#pam/safety/security-event.ts";
import { createMemoryViolationStore } from "#pam/safety/violations/memory-violation-store.ts";
import { createRedisViolationStore } from "#pam/safety/violations/redis-violation-store.ts";
import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import type { Redis } from "#platform/redis/index.ts";

export interface SharedStateOptions {
  /** Absent: everything is this process's own. */
  readonly redis: Redis | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What native sides remember beside the database: among all instances where there is Redis. */
export function createSharedState({
  redis,
  clock,
  logger,
  metrics,
}: SharedStateOptions): Pick<
  ConcernDependencies,
  | "responseCache"
  | "violations"
  | "rateLimits"
  | "frameLimit"
  | "messageSizes"
  | "securityEvents"
  | "socketFigures"
> {
  const memory = createMemoryViolationStore(clock);
  return {
    responseCache: createResponseCache({
      clock,
      logger,
      sharedStore: redis && createRedisSharedStore(redis, clock),
    }),
    violations:
      redis === undefined ? memory : createRedisViolationStore({ redis, clock, fallback: memory }),
    securityEvents: { logger, counts: createSecurityEventCounts(metrics) },
    rateLimits: createRateLimits({ redis, clock }),
    frameLimit: createFrameLimit({ redis, clock }),
    socketFigures: createSocketFigures(metrics),
    messageSizes: createMessageSizeStatistics(),
  };
}
