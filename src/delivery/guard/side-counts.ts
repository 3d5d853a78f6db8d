import type { TwoSides } from "#delivery/guard/table-evidence.ts";
import type { Side } from "#routing/decide.ts";

/** Requests of both sides, and how many of them were bad. */
export interface SideCounts extends TwoSides {
  add(side: Side, counts: { readonly count: number; readonly bad: number }): void;
  reset(): void;
}

export function createSideCounts(): SideCounts {
  const native = { count: 0, bad: 0 };
  const legacy = { count: 0, bad: 0 };
  const sides = { native, legacy };
  return {
    native,
    legacy,
    add(side, { count, bad }) {
      sides[side].count += count;
      sides[side].bad += bad;
    },
    reset() {
      for (const counts of [native, legacy]) {
        counts.count = 0;
        counts.bad = 0;
      }
    },
  };
}

const GOOD = { count: 1, bad: 0 } as const;
const BAD = { count: 1, bad: 1 } as const;

/** One request. */
export const toCount = (isBad: boolean): typeof GOOD | typeof BAD => (isBad ? BAD : GOOD);
