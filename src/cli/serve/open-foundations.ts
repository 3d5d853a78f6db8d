import { loadFlags } from "#cli/load-flags.ts";
import { openStandIn } from "#cli/open-stand-in.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { createLazyDatabase, type Database } from "#platform/database/index.ts";
import type { SharedFlags } from "#platform/flags/index.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { createMetrics, type Metrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { createStatistics, type Statistics } from "#routing/statistics.ts";

/** What every part of the service is built on. */
export interface Foundations {
  readonly flags: SharedFlags;
  readonly metrics: Metrics;
  readonly statistics: Statistics;
  /** The legacy, or what stands in for it. */
  readonly origin: URL;
  /** Opened by whoever asks first. */
  readonly database: () => Promise<Database>;
  /** Absent: this process is alone. */
  readonly redis: Redis | undefined;
}

export interface FoundationOptions {
  readonly config: Config;
  readonly version: string;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** Opens what all processes of a service share with each other and with other instances. */
export function openShared({
  config,
  metrics,
  lifecycle,
  logger,
}: Omit<FoundationOptions, "version"> & { readonly metrics: Metrics }): Pick<
  Foundations,
  "database" | "redis"
> {
  const clock = systemClock;
  const database = lifecycle.own(
    "database",
    createLazyDatabase({ url: config.DATABASE_URL, clock, logger }),
  );
  const { REDIS_URL: url } = config;
  const redis =
    url === undefined
      ? undefined
      : lifecycle.own("redis", createRedis({ url, clock, logger, metrics }));
  return { database: database.get, redis };
}

/** Opens them in an order in which they can be closed backwards. */
export async function openFoundations({
  config,
  version,
  lifecycle,
  logger,
}: FoundationOptions): Promise<Foundations> {
  const flags = lifecycle.own("flags", loadFlags(config, logger));
  const origin =
    config.LEGACY_URL ??
    lifecycle.own("stand-in", await openStandIn({ host: "127.0.0.1", port: 0 }, logger)).url;
  const metrics = createMetrics({ version });
  const shared = openShared({ config, metrics, lifecycle, logger });
  return { ...shared, flags, metrics, statistics: createStatistics(systemClock), origin };
}
