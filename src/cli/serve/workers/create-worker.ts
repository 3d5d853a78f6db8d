import { createDecision } from "#cli/decision.ts";
import { createFront, type Front } from "#cli/serve/create-front.ts";
import { openShared } from "#cli/serve/open-foundations.ts";
import { FLAGS_DEADLINE_MS } from "#cli/serve/service.ts";
import type { FromWorker } from "#cli/serve/workers/messages.ts";
import type { Mirror } from "#cli/serve/workers/mirror.ts";
import { createRecordSender, type RecordSender } from "#cli/serve/workers/record-sender.ts";
import { createToldComparisons } from "#cli/serve/workers/told-comparisons.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { createFlags } from "#platform/flags/index.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { createMetrics, type Metrics } from "#platform/metrics.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";

/** Callers that are told a second by all workers together; the census asks about no more. */
const ASKED_PER_SECOND = 200;

export interface WorkerOptions {
  readonly config: Config;
  readonly version: string;
  /** The legacy, or what stands in for it. */
  readonly origin: URL;
  readonly mirror: Mirror;
  readonly send: (message: FromWorker, onSent?: () => void) => void;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

export interface Worker extends Front {
  readonly records: RecordSender;
  readonly metrics: Metrics;
}

/** What one of so many may do of what a setting allows the whole service. */
const shareOf = (total: number, workers: number): number => Math.ceil(total / workers);

/** Builds what carries traffic, on what the primary told: its flags, its safeguards and its legacy. */
export async function createWorker({
  config,
  version,
  origin,
  mirror,
  send,
  lifecycle,
  logger,
}: WorkerOptions): Promise<Worker> {
  const { WORKERS: workers } = config;
  const clock = systemClock;
  const metrics = createMetrics({ version });
  const records = createRecordSender({
    send,
    askedPerSecond: shareOf(ASKED_PER_SECOND, workers),
    metrics,
    clock,
    scheduler: systemScheduler,
  });
  const feed = { follow: mirror.follow, count: records.countFlag };
  const flags = lifecycle.own(
    "flags",
    createFlags({ source: { kind: "mirror", feed }, clock, logger }),
  );
  const front = createFront({
    config,
    foundations: {
      ...openShared({ config, metrics, lifecycle, logger }),
      flags,
      metrics,
      origin,
    },
    decision: createDecision(config, flags, mirror.safeguards),
    steering: records.observer,
    census: records,
    comparisons: createToldComparisons(send, clock),
    logPerSecond: shareOf(config.ACCESS_LOG_PER_SECOND, workers),
    lifecycle,
    logger,
  });
  await flags.ready(FLAGS_DEADLINE_MS);
  return { ...front, records, metrics };
}
