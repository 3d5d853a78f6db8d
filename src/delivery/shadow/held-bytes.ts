import { createMemoryBudget } from "#platform/memory-budget.ts";

/** What all shadows hold together, and how much more they may. */
export interface HeldBytes {
  readonly total: number;
  createShare(): HeldShare;
}

/** What one shadow holds. */
export interface HeldShare {
  readonly bytes: number;
  /** False, and nothing taken, where the bound of all is reached. */
  take(bytes: number): boolean;
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
        get bytes() {
          return held;
        },
        take(bytes) {
          if (!budget.take(bytes)) return false;
          held += bytes;
          total += bytes;
          return true;
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

/** A chunk to keep: a small view of a large block would keep the whole block. */
export const toKept = (chunk: Buffer): Buffer =>
  chunk.buffer.byteLength > chunk.length * 2 ? Buffer.from(chunk) : chunk;
