export interface Counted<Key> {
  readonly key: Key;
  /** At most `error` more than there were. */
  readonly count: number;
  readonly error: number;
  readonly lastSeenMs: number;
}

/** The most frequent keys of a stream, in bounded memory. */
export interface TopKeys {
  add(key: string, count: number, seenAtMs: number): void;
  /** The most frequent first. */
  read(): readonly Counted<string>[];
}

/**
 * Space-Saving (Metwally, Agrawal and El Abbadi 2005): a new key takes the place of the rarest one and its count. A key
 * that is more than one in `capacity` of all is surely there, and no count is too high by more than that share.
 */
export function createTopKeys(capacity: number): TopKeys {
  const kept = new Map<string, Counted<string>>();

  function evictRarest(): number {
    let rarest: Counted<string> | undefined;
    for (const entry of kept.values()) {
      if (rarest === undefined || entry.count < rarest.count) rarest = entry;
    }
    if (rarest === undefined) return 0;
    kept.delete(rarest.key);
    return rarest.count;
  }

  return {
    add(key, count, seenAtMs) {
      const known = kept.get(key);
      const error = known?.error ?? (kept.size < capacity ? 0 : evictRarest());
      const before = known?.count ?? error;
      const lastSeenMs = Math.max(known?.lastSeenMs ?? 0, seenAtMs);
      kept.set(key, { key, count: before + count, error, lastSeenMs });
    },
    read: () => [...kept.values()].toSorted((left, right) => right.count - left.count),
  };
}
