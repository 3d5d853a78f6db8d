import type { GuardPolicy } from "#delivery/guard/guard-policy.ts";

/** How many requests there were, and how many of them were bad. */
export interface BadOfAll {
  readonly count: number;
  readonly bad: number;
}

/** What is known of a legacy side that has too little traffic to be compared with. */
export interface LegacyKnowledge {
  /** Of the newest past, by how new it is; each may be nothing at all. */
  readonly live: readonly BadOfAll[];
  /** `undefined`: too few are remembered to say anything. */
  readonly remembered: BadOfAll | undefined;
}

/** The upper end of Wilson's interval at two standard errors: few requests promise little. */
function highestShare({ count, bad }: BadOfAll): number {
  const share = bad / count;
  const spread = Math.sqrt((share * (1 - share)) / count + 1 / count ** 2);
  return Math.min(1, (share + 2 / count + 2 * spread) / (1 + 4 / count));
}

/**
 * The share of failures up to which a native side without a legacy beside it is left alone, from 0 to 1. A legacy
 * that always fails is tolerated to do so natively: nothing is won by going back to it. Pure.
 */
export function toToleratedShare(
  { live, remembered }: LegacyKnowledge,
  { unknownTolerance, leastTolerance, oddsTolerance }: GuardPolicy,
): number {
  const liveShare = Math.max(...live.map(({ count, bad }) => bad / Math.max(1, count)));
  if (remembered === undefined) return Math.max(unknownTolerance, liveShare);
  const highest = highestShare(remembered);
  const tolerated = (highest * oddsTolerance) / (1 + highest * (oddsTolerance - 1));
  return Math.max(leastTolerance, tolerated, liveShare);
}

/**
 * The logarithm of an e-value against "no more than the tolerated share is bad": how much likelier the counts are at
 * odds that are `oddsRatio` times as high than at the tolerated share. Its mean is at most 1 at that share and at every
 * smaller one. Pure.
 */
export const logShareEvidence = (
  { count, bad }: BadOfAll,
  toleratedShare: number,
  oddsRatio: number,
): number => bad * Math.log(oddsRatio) - count * Math.log1p(toleratedShare * (oddsRatio - 1));
