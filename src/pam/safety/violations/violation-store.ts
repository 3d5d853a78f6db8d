import type { SecurityEventName } from "../security-event.ts";

export interface ViolationCount {
  readonly userId: string;
  readonly event: SecurityEventName;
  readonly count: number;
}

/**
 * How often each user did what is counted against them. Shared by REST and sockets; each event has its own
 * count. A count is forgotten a day after the user's last violation of any kind.
 */
export interface ViolationStore {
  /** Counts one more and gives the new count. Never rejects: without its store it counts in the process. */
  record(userId: string, event: SecurityEventName): Promise<number>;
  /** The highest counts, highest first. */
  top(limit: number): Promise<readonly ViolationCount[]>;
  /** Forgets everything, for everyone. Rejects where the shared counts cannot be reached. */
  clear(): Promise<void>;
}

/** From here on each violation of a kind is answered by closing or refusing, and no longer by a warning. */
export const VIOLATION_THRESHOLD = 5;

export const isOverThreshold = (count: number): boolean => count >= VIOLATION_THRESHOLD;

/** The legacy forgets when its process ends; with many processes and no deploys that would be never. */
export const VIOLATION_EXPIRY_MS = 24 * 60 * 60 * 1_000;

export const toTop = (counts: readonly ViolationCount[], limit: number): ViolationCount[] =>
  counts.toSorted((left, right) => right.count - left.count).slice(0, limit);
