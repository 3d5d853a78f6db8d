/** What was asked of the cache and kept in it since it began, or since the counters were set back. */
export interface CacheCounters {
  readonly lookups: number;
  /** Of these, answered from either level. */
  readonly hits: number;
  readonly memoryHits: number;
  /** Answers kept. */
  readonly stored: number;
  /** Of these, as texts and as they were kept. */
  readonly textBytes: number;
  readonly packedBytes: number;
}

export type CountKind = "memory-hit" | "shared-hit" | "miss";

export interface CacheCounting {
  readonly read: () => CacheCounters;
  count(kind: CountKind): void;
  countStored(textBytes: number, packedBytes: number): void;
  reset(): void;
}

const ZERO: CacheCounters = {
  lookups: 0,
  hits: 0,
  memoryHits: 0,
  stored: 0,
  textBytes: 0,
  packedBytes: 0,
};

export function createCacheCounting(): CacheCounting {
  let counters = ZERO;
  return {
    read: () => counters,
    count(kind) {
      const { lookups, hits, memoryHits } = counters;
      counters = {
        ...counters,
        lookups: lookups + 1,
        hits: hits + (kind === "miss" ? 0 : 1),
        memoryHits: memoryHits + (kind === "memory-hit" ? 1 : 0),
      };
    },
    countStored(textBytes, packedBytes) {
      counters = {
        ...counters,
        stored: counters.stored + 1,
        textBytes: counters.textBytes + textBytes,
        packedBytes: counters.packedBytes + packedBytes,
      };
    },
    reset() {
      counters = ZERO;
    },
  };
}
