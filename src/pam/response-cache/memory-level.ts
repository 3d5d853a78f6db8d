import { LRUCache } from "lru-cache";

import type { CacheEntry, EntryFilter } from "#pam/response-cache/cache-entry.ts";
import type { Clock } from "#platform/clock.ts";

export interface MemoryLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** The level of this process: bounded in items and bytes; the entry that was used longest ago goes first. */
export interface MemoryLevel {
  get(key: string): CacheEntry | undefined;
  /** An entry that is larger than the whole level is not kept. */
  set(entry: CacheEntry, ttlMs: number): void;
  /** Forgets what is meant, and says how many. */
  forget(isMeant: EntryFilter): number;
  readonly items: number;
  readonly bytes: number;
  /** How many entries went for want of room. */
  readonly evictions: number;
}

/** What an entry takes beside its texts: objects, links and digits of the cache itself, roughly. */
const ENTRY_OVERHEAD_BYTES = 256;

const sizeOf = ({ userId, message, packed }: CacheEntry): number =>
  ENTRY_OVERHEAD_BYTES + 2 * (userId.length + message.length) + Buffer.byteLength(packed);

export function createMemoryLevel(
  { maxItems, maxBytes }: MemoryLimits,
  clock: Pick<Clock, "monotonicMs">,
): MemoryLevel {
  let evictions = 0;
  const entries = new LRUCache<string, CacheEntry>({
    max: maxItems,
    maxSize: maxBytes,
    sizeCalculation: sizeOf,
    // The library takes a time of 0 for none, and caches the time by a timer unless it is told not to.
    perf: { now: () => clock.monotonicMs() + 1 },
    ttlResolution: 0,
    dispose(_entry, _key, reason) {
      if (reason === "evict") evictions += 1;
    },
  });
  return {
    get: (key) => entries.get(key),
    set(entry, ttlMs) {
      entries.set(entry.key, entry, { ttl: Math.max(1, Math.floor(ttlMs)) });
    },
    forget(isMeant) {
      entries.purgeStale();
      const meant = [...entries.values()].filter(isMeant);
      for (const { key } of meant) entries.delete(key);
      return meant.length;
    },
    get items() {
      entries.purgeStale();
      return entries.size;
    },
    get bytes() {
      entries.purgeStale();
      return entries.calculatedSize;
    },
    get evictions() {
      return evictions;
    },
  };
}
