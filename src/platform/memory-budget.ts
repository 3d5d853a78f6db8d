/** Bytes that all copies of one kind may hold together. */
export interface MemoryBudget {
  /** False, and nothing taken, where that many are not left. */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

export function createMemoryBudget(maxBytes: number): MemoryBudget {
  let left = maxBytes;
  return {
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    giveBack(bytes) {
      left += bytes;
    },
  };
}
