import { createMemoryBudget, type MemoryBudget } from "#platform/memory-budget.ts";

/** What all shadows hold together, and how much more they may. */
export interface HeldBytes {
  readonly total: number;
  createShare(): HeldShare;
}

/** What one shadow holds. Nothing is taken where the bound of all is reached. */
export interface HeldShare extends MemoryBudget {
  /** Gives everything back; it may be called again. */
  release(): void;
}

export function createHeldBytes(maxBytes: number): HeldBytes {
  const budget = createMemoryBudget(maxBytes);
  let total = 0;
  return {
    get total() {
      return total;
    },
    createShare() {
      let held = 0;
      return {
        take(bytes) {
          if (!budget.take(bytes)) return false;
          held += bytes;
          total += bytes;
          return true;
        },
        giveBack(bytes) {
          // What was released as a whole is not given back again in part.
          const given = Math.min(bytes, held);
          budget.giveBack(given);
          held -= given;
          total -= given;
        },
        release() {
          budget.giveBack(held);
          total -= held;
          held = 0;
        },
      };
    },
  };
}
