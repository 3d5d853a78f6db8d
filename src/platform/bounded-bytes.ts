import type { MemoryBudget } from "#platform/memory-budget.ts";

const NOTHING = Buffer.alloc(0);
const MIN_CAPACITY = 256;
const UNLIMITED: MemoryBudget = { take: () => true, giveBack: () => {} };

/**
 * Bytes of a stream that are kept up to a bound, for onlookers. What it takes it copies: a chunk that is kept would
 * keep everything that arrived with it. Where there are more than `maxBytes`, or the budget has no room, it keeps
 * nothing at all.
 */
export class BoundedBytes {
  readonly #maxBytes: number;
  readonly #budget: MemoryBudget;
  #bytes: Buffer = NOTHING;
  #length = 0;
  #hasOverflowed = false;

  /** Default: as much as `maxBytes`, whatever others hold. */
  constructor(maxBytes: number, budget: MemoryBudget = UNLIMITED) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  /** More came than could be kept. */
  get hasOverflowed(): boolean {
    return this.#hasOverflowed;
  }

  /** What was kept so far; valid until the next call. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Gives the copy of `part`, or `undefined` where there was no room for it. */
  append(part: Buffer): Buffer | undefined {
    if (this.#hasOverflowed) return undefined;
    const start = this.#length;
    const end = start + part.length;
    if (end > this.#maxBytes || !this.#reserve(end)) {
      this.release();
      this.#hasOverflowed = true;
      return undefined;
    }
    part.copy(this.#bytes, start);
    this.#length = end;
    return this.#bytes.subarray(start, end);
  }

  /** Forgets what was kept and gives its room back; as often as one likes. */
  release(): void {
    this.#budget.giveBack(this.#bytes.length);
    this.#bytes = NOTHING;
    this.#length = 0;
  }

  #reserve(length: number): boolean {
    const held = this.#bytes.length;
    if (length <= held) return true;
    const capacity = Math.min(Math.max(length, held * 2, MIN_CAPACITY), this.#maxBytes);
    if (!this.#budget.take(capacity - held)) return false;
    const larger = Buffer.alloc(capacity);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    return true;
  }
}
