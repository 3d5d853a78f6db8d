/** One answer as a level keeps it. */
export interface CacheEntry {
  readonly key: string;
  readonly userId: string;
  /** The beginning of the normalised message, so that entries can be found by what was asked. */
  readonly message: string;
  /** JSON text, packed. */
  readonly packed: string;
}

/** Which entries are meant. */
export type EntryFilter = (entry: Pick<CacheEntry, "key" | "userId" | "message">) => boolean;
