import { concernsBuild, type EvidenceEntry } from "#delivery/evidence/evidence-entry.ts";
import type {
  EvidenceLedger,
  EvidenceQuery,
  StoredEvidence,
} from "#delivery/evidence/evidence-ledger.ts";

export interface MemoryLedger extends EvidenceLedger {
  /** Takes what was kept elsewhere. */
  take(stored: StoredEvidence): void;
  hasFlip(key: string): boolean;
  readonly lastId: number;
}

const isWanted = (entry: StoredEvidence, { routeId, buildId, kinds }: EvidenceQuery): boolean =>
  (routeId === undefined || entry.routeId === routeId) &&
  (buildId === undefined || entry.buildId === buildId) &&
  (kinds === undefined || kinds.includes(entry.kind));

/** A ledger that ends with the process and keeps the newest entries, 20,000 by default. */
export function createMemoryLedger({ most = 20_000 }: { most?: number } = {}): MemoryLedger {
  let entries: StoredEvidence[] = [];
  let lastId = 0;

  function take(stored: StoredEvidence): void {
    entries.push(stored);
    lastId = Math.max(lastId, stored.id);
    // A tenth at once: moving all of them for each new one would cost more than keeping a few too many.
    if (entries.length > most * 1.1) entries = entries.slice(-most);
  }

  function add(entry: EvidenceEntry): StoredEvidence {
    const stored = { ...entry, id: lastId + 1 };
    take(stored);
    return stored;
  }

  const hasFlip = (key: string): boolean =>
    entries.some((entry) => entry.kind === "flip" && entry.key === key);

  return {
    get lastId() {
      return lastId;
    },
    take,
    hasFlip,
    append: async (entry) => add(entry),
    appendOnce: async (flip) => (hasFlip(flip.key) ? undefined : add(flip)),
    after: async (id, { buildId, limit }) =>
      entries.filter((entry) => entry.id > id && concernsBuild(entry, buildId)).slice(0, limit),
    latest: async (query) =>
      entries
        .toReversed()
        .filter((entry) => isWanted(entry, query))
        .slice(0, query.limit),
    close: async () => {},
  };
}
