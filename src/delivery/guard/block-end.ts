import type { GuardPolicy } from "#delivery/guard/guard-policy.ts";

export type BlockPolicy = Pick<GuardPolicy, "blockMinimumMs" | "blockSamples" | "blockMaximumMs">;

/** Tells when a block is over: by number and age alone, never by what happened in it. */
export function createBlockEnd(
  policy: BlockPolicy,
  nowMs: () => number,
): (fewest: number) => boolean {
  let openedAtMs: number | undefined;
  return (fewest) => {
    const now = nowMs();
    openedAtMs ??= now;
    const ageMs = now - openedAtMs;
    const hasEnough = ageMs >= policy.blockMinimumMs && fewest >= policy.blockSamples;
    const isOver = hasEnough || ageMs >= policy.blockMaximumMs;
    if (isOver) openedAtMs = now;
    return isOver;
  };
}
