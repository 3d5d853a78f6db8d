import { createDistinctCount, type DistinctCount } from "#delivery/census/hyper-log-log.ts";
import { createTopKeys } from "#delivery/census/space-saving.ts";
import {
  type CensusStore,
  isUnknown,
  toOverflow,
  type Use,
  type UseKey,
  useKeySchema,
} from "#delivery/census/use.ts";

/** Keys of known routes; with made-up clients and names on many routes there could be more. */
const MOST_KEYS = 20_000;
const MOST_UNKNOWN = 256;

const toText = (key: UseKey): string => JSON.stringify(key);

/** Counts that end with the process. */
export function createMemoryCensusStore(sinceMs: number): CensusStore {
  const known = new Map<string, Use>();
  /** What nobody defined can be anything, and often: the most frequent are kept. */
  const unknown = createTopKeys(MOST_UNKNOWN);
  const cohorts = new Map<string, DistinctCount>();

  function addKnown({ key: wanted, hits, lastSeenMs }: Use): void {
    const hasRoom = known.size < MOST_KEYS || known.has(toText(wanted));
    const key = hasRoom ? wanted : toOverflow(wanted);
    if (key === undefined) return;
    const text = toText(key);
    const before = known.get(text);
    known.set(text, {
      key,
      hits: hits + (before?.hits ?? 0),
      lastSeenMs: Math.max(lastSeenMs, before?.lastSeenMs ?? 0),
    });
  }

  function distinctOf(routeId: string): DistinctCount {
    const found = cohorts.get(routeId) ?? createDistinctCount();
    cohorts.set(routeId, found);
    return found;
  }

  return {
    async add(batch) {
      for (const use of batch.uses) {
        if (isUnknown(use.key)) unknown.add(toText(use.key), use.hits, use.lastSeenMs);
        else addKnown(use);
      }
      for (const [routeId, hashes] of batch.cohorts) {
        const distinct = distinctOf(routeId);
        for (const cohort of hashes) distinct.add(cohort);
      }
    },
    async read() {
      const unknownUses = unknown.read().map(({ key, count: hits, lastSeenMs }) => ({
        key: useKeySchema.parse(JSON.parse(key)),
        hits,
        lastSeenMs,
      }));
      return {
        sinceMs,
        uses: [...known.values(), ...unknownUses],
        cohorts: new Map([...cohorts].map(([routeId, found]) => [routeId, found.estimate()])),
      };
    },
  };
}
