import type { EvidenceEntry } from "#delivery/evidence/evidence-entry.ts";
import type { EvidenceView } from "#delivery/evidence/evidence-view.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

const PERIOD_MS = 60_000;
/** An hour of soaking in one entry; what ends before is written with the trip or at the end of the process. */
const SOAK_MS = 3_600_000;

/** How a route stands since the process began. */
export interface RouteSample {
  readonly routeId: string;
  readonly compared: number;
  /** Fields; one that turns out to be noise leaves. */
  readonly unexplained: number;
  readonly nativeRequests: number;
  /** Of live traffic; `undefined` while that is inconclusive. */
  readonly comparison:
    | { readonly isNoWorse: boolean; readonly native: number; readonly legacy: number }
    | undefined;
  readonly isTripped: boolean;
}

export interface EvidenceRecorderOptions {
  readonly sample: () => readonly RouteSample[];
  readonly view: Pick<EvidenceView, "append" | "of">;
  readonly buildId: string;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn">;
  readonly scheduler?: Scheduler;
  /** How often routes are looked at; default 60 s. */
  readonly periodMs?: number;
  /** How much of soaking one entry tells; default an hour. */
  readonly soakMs?: number;
}

export interface EvidenceRecorder extends Closeable {
  /** Writes what is new by now; never rejects. */
  record(): Promise<void>;
}

/** What was written of a route before. */
interface Written {
  readonly compared: number;
  readonly unexplained: number;
  /** On the monotonic clock: one that is set right must not soak a day in a minute. */
  readonly soakSinceMs: number;
  readonly soakRequests: number;
}

/**
 * Writes what traffic shows into the ledger: comparisons of shadows as they add up, the live comparison when it
 * turns, and soaking by the hour. A route of which nothing is new gets no entry.
 */
export function createEvidenceRecorder({
  sample,
  view,
  buildId,
  clock,
  logger,
  scheduler = systemScheduler,
  periodMs = PERIOD_MS,
  soakMs = SOAK_MS,
}: EvidenceRecorderOptions): EvidenceRecorder {
  const written = new Map<string, Written>();
  const startedMs = clock.monotonicMs();
  let isClosed = false;
  let cancel: (() => void) | undefined;
  let recording: Promise<void> = Promise.resolve();

  const writtenOf = (routeId: string): Written =>
    written.get(routeId) ?? {
      compared: 0,
      unexplained: 0,
      soakSinceMs: startedMs,
      soakRequests: 0,
    };

  async function write(entry: EvidenceEntry, after: Partial<Written>): Promise<void> {
    await view.append(entry);
    written.set(entry.routeId, { ...writtenOf(entry.routeId), ...after });
  }

  async function writeShadow({ routeId, ...now }: RouteSample, atMs: number): Promise<void> {
    const before = writtenOf(routeId);
    const compared = now.compared - before.compared;
    if (compared <= 0) return;
    const unexplained = now.unexplained - before.unexplained;
    const entry = { kind: "shadow", routeId, buildId, atMs, compared, unexplained } as const;
    await write(entry, { compared: now.compared, unexplained: now.unexplained });
  }

  async function writeComparison(
    { routeId, comparison, isTripped }: RouteSample,
    atMs: number,
  ): Promise<void> {
    if (comparison === undefined || isTripped) return;
    const { isNoWorse, native: nativeRequests, legacy: legacyRequests } = comparison;
    // By the ledger and not by memory: another instance may have written it, and a trip takes it back.
    if (isNoWorse === view.of(routeId).comparison?.isNoWorse) return;
    const facts = { isNoWorse, nativeRequests, legacyRequests };
    await write({ kind: "comparison", routeId, buildId, atMs, ...facts }, {});
  }

  async function writeSoak(
    { routeId, nativeRequests: total, isTripped }: RouteSample,
    atMs: number,
  ): Promise<void> {
    const { soakSinceMs, soakRequests } = writtenOf(routeId);
    const nowMs = clock.monotonicMs();
    const next = { soakSinceMs: nowMs, soakRequests: total };
    const soakedMs = nowMs - soakSinceMs;
    const isDue = soakedMs >= soakMs || isClosed;
    // A period in which the route tripped shows nothing, and neither does one without native requests.
    if (isTripped || (isDue && total === soakRequests)) {
      written.set(routeId, { ...writtenOf(routeId), ...next });
    } else if (isDue) {
      const facts = { fromMs: atMs - soakedMs, nativeRequests: total - soakRequests };
      await write({ kind: "soak", routeId, buildId, atMs, ...facts }, next);
    }
  }

  async function recordNow(): Promise<void> {
    const atMs = clock.now();
    for (const route of sample()) {
      // oxlint-disable-next-line no-await-in-loop -- a burst of all routes would be felt by the database
      await writeShadow(route, atMs);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await writeComparison(route, atMs);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await writeSoak(route, atMs);
    }
  }

  async function record(): Promise<void> {
    recording = recording.then(recordNow).catch((error: unknown) => {
      // What was not written counts on, and is written the next time.
      logger.warn({ error: toMessage(error) }, "Evidence was not written");
    });
    await recording;
  }

  function schedule(): void {
    if (isClosed) return;
    cancel = scheduler.after(periodMs, () => void record().then(schedule));
  }
  schedule();

  return {
    record,
    async close() {
      isClosed = true;
      cancel?.();
      await record();
    },
  };
}
