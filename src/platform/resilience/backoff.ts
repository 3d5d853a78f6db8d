export interface Backoff {
  /** The ceiling before the first retry, in milliseconds; it doubles with each further one. */
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Full jitter: anything from nothing to the doubled ceiling, so that callers who failed together do not come back
 * together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param retry 1 before the first retry
 * @param random a number from 0 to below 1
 */
export function fullJitterDelayMs(retry: number, backoff: Backoff, random: () => number): number {
  const ceilingMs = Math.min(backoff.capMs, backoff.baseMs * 2 ** (retry - 1));
  return Math.floor(random() * ceilingMs);
}
