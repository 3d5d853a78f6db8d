import type { Delivery } from "#cli/serve/create-delivery.ts";
import type { WorkerFigures } from "#cli/serve/workers/worker-figures.ts";
import type { Clock } from "#platform/clock.ts";
import type { SharedFlags } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import type { StartWorker } from "#platform/workers/index.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";
import type { DrainReport } from "#server/drain.ts";

export interface CrewOptions {
  readonly count: number;
  readonly startWorker: StartWorker;
  /** The legacy, or what stands in for it. */
  readonly origin: URL;
  readonly flags: Pick<SharedFlags, "document" | "freshness" | "onChange" | "countUse">;
  readonly delivery: Pick<Delivery, "safeguards" | "census" | "comparisons">;
  /** Told of what workers do as if this process did it. */
  readonly observer: ExchangeObserver<ExchangeOutline>;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** The workers of a service, as its primary sees them. */
export interface Crew extends Closeable {
  /** Resolves with the public address when all listen; rejects with `WORKERS_FAILED` where they cannot. */
  start(): Promise<URL>;
  readonly listening: number;
  readonly isDraining: boolean;
  readonly figures: Pick<WorkerFigures, "measure" | "shadowCounts">;
  /** Resolves with the reason when none can be kept running. */
  readonly failed: Promise<string>;
  /** Gives workers `graceMs`, and resolves when each has told what it had to cut, or is gone, or after `withinMs`. */
  drain(times: { readonly graceMs: number; readonly withinMs: number }): Promise<DrainReport>;
  /** Ends at once those that have not ended by then. */
  endWithin(leftMs: number): Promise<void>;
}
