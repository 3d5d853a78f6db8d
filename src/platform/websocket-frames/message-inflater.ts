import { constants, inflateRawSync } from "node:zlib";

import type { MemoryBudget } from "#platform/memory-budget.ts";

/** What a compressor leaves out at the end of each message (RFC 7692 §7.2.2). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** The largest window there is (RFC 7692 §7.1.2.1); a smaller one refers back less far. */
const WINDOW_BYTES = 32_768;

/** How `maxOutputLength` makes itself known (Node's documentation of zlib). */
const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";

/**
 * Decompresses the messages of one direction (RFC 7692). A message may refer back to those before it, so what they
 * said last is kept, up to the window's 32 KiB, and given to a fresh inflater as its dictionary: an inflater that
 * lives on would cost an idle socket more. Where both ends agreed to begin afresh each time, nothing refers back.
 */
export class MessageInflater {
  readonly #budget: MemoryBudget | undefined;
  #window: Buffer | undefined;
  #heldBytes = 0;
  #isLost = false;

  constructor(budget: MemoryBudget | undefined) {
    this.#budget = budget;
  }

  /** A message went by unread: those behind it may refer to it. */
  lose(): void {
    this.#isLost = true;
    this.#window = undefined;
    this.#budget?.giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** `too-large`: it is longer than `maxBytes`. `lost`: it is no deflated text, or comes after something lost. */
  inflate(bytes: Buffer, maxBytes: number): Buffer | "too-large" | "lost" {
    if (this.#isLost) return "lost";
    try {
      const message = inflateRawSync(Buffer.concat([bytes, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: maxBytes,
        ...(this.#window !== undefined && { dictionary: this.#window }),
      });
      this.#remember(message);
      return message;
    } catch (error) {
      this.lose();
      return isTooLarge(error) ? "too-large" : "lost";
    }
  }

  #remember(message: Buffer): void {
    const spoken = this.#window === undefined ? message : Buffer.concat([this.#window, message]);
    const length = Math.min(spoken.length, WINDOW_BYTES);
    if (this.#budget?.take(length - this.#heldBytes) === false) {
      this.lose();
      return;
    }
    this.#heldBytes = length;
    // A copy: a part of a larger buffer would keep the whole of it.
    this.#window = Buffer.from(spoken.subarray(-WINDOW_BYTES));
  }
}
