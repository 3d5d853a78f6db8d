export interface SharedValue {
  readonly key: string;
  readonly value: string;
  /** Whole milliseconds, above 0. */
  readonly ttlMs: number;
}

/** A member of a set that belongs to it until a time. */
export interface SharedMember {
  readonly set: string;
  readonly member: string;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/**
 * What the response cache asks of a store that all instances share. It knows nothing of answers: Redis is one,
 * a map in a test another. Every call settles soon; where it rejects, the cache goes on without it.
 */
export interface SharedStore {
  isReachable(): Promise<boolean>;
  /** In the order of the keys. */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Values and member in one round trip. */
  set(values: readonly SharedValue[], member: SharedMember): Promise<void>;
  /** How many of the keys were there. */
  deleteMany(keys: readonly string[]): Promise<number>;
  /** The members whose time has not passed. */
  members(set: string): Promise<readonly string[]>;
  /** Pages of the keys that begin like this. It must not block the store for others: SCAN, never KEYS. */
  keysBeginning(prefix: string): AsyncIterable<readonly string[]>;
}
