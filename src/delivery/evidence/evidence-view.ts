import type { EvidenceEntry } from "#delivery/evidence/evidence-entry.ts";
import type { EvidenceLedger, StoredEvidence } from "#delivery/evidence/evidence-ledger.ts";
import { addEvidence, NO_EVIDENCE, type RouteEvidence } from "#delivery/evidence/route-evidence.ts";
import type { Trip } from "#delivery/guard/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

const REFRESH_MS = 5_000;
const PAGE = 1_000;
/** An entry with a lower id can come to light after one with a higher id: writers do not wait for one another. */
const OVERLAP = 100;

/** What the ledger says of each route in one build, at hand for every request. */
export interface EvidenceView extends Closeable {
  of(routeId: string): RouteEvidence;
  /** Resolves when the ledger was read for the first time, which may be long after the start where it is away. */
  readonly firstRead: Promise<void>;
  /** Whether the last reading succeeded. */
  isReadable(): boolean;
  /** Trips that nobody has reset, whatever the build. */
  standingTrips(): readonly Trip[];
  /** Writes into the ledger and takes it into account at once; rejects where it could not be kept. */
  append(entry: EvidenceEntry): Promise<StoredEvidence>;
  /** Takes in what others wrote; never rejects, and what is known stays known. */
  refresh(): Promise<void>;
}

export interface EvidenceViewOptions {
  readonly ledger: EvidenceLedger;
  readonly buildId: string;
  readonly logger: Pick<Logger, "warn">;
  readonly scheduler?: Scheduler;
}

/** Reads the ledger at once and then every five seconds. Its memory grows with the number of routes alone. */
export function createEvidenceView({
  ledger,
  buildId,
  logger,
  scheduler = systemScheduler,
}: EvidenceViewOptions): EvidenceView {
  const routes = new Map<string, RouteEvidence>();
  /** Ids that the overlap reads again. */
  let recent = new Set<number>();
  const { promise: firstRead, resolve: noteRead } = Promise.withResolvers<void>();
  let lastId = 0;
  let isClosed = false;
  let isAway = false;
  let cancel: (() => void) | undefined;
  let refreshing: Promise<void> | undefined;

  function take(entry: StoredEvidence): void {
    if (recent.has(entry.id)) return;
    recent.add(entry.id);
    lastId = Math.max(lastId, entry.id);
    routes.set(entry.routeId, addEvidence(routes.get(entry.routeId) ?? NO_EVIDENCE, entry));
    if (recent.size > 4 * OVERLAP) {
      recent = new Set([...recent].filter((id) => id > lastId - 2 * OVERLAP));
    }
  }

  async function readAll(): Promise<void> {
    let from = Math.max(0, lastId - OVERLAP);
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
      const page = await ledger.after(from, { buildId, limit: PAGE });
      for (const entry of page) take(entry);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      from = last.id;
    }
  }

  async function refresh(): Promise<void> {
    try {
      await readAll();
      noteRead();
      isAway = false;
    } catch (error) {
      if (!isAway) logger.warn({ error: toMessage(error) }, "The ledger cannot be read");
      isAway = true;
    }
  }

  async function refreshOnce(): Promise<void> {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  }

  function schedule(): void {
    if (isClosed) return;
    cancel = scheduler.after(REFRESH_MS, () => void refreshOnce().then(schedule));
  }

  void refreshOnce().then(schedule);

  return {
    of: (routeId) => routes.get(routeId) ?? NO_EVIDENCE,
    firstRead,
    isReadable: () => !isAway,
    standingTrips: () =>
      [...routes.values()].map(({ trip }) => trip).filter((trip) => trip !== undefined),
    async append(entry) {
      const stored = await ledger.append(entry);
      take(stored);
      return stored;
    },
    refresh: refreshOnce,
    async close() {
      isClosed = true;
      cancel?.();
      await refreshing;
    },
  };
}
