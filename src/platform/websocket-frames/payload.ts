const NOTHING = Buffer.alloc(0);
const MIN_CAPACITY = 256;

/**
 * The payload of one message while its frames come in. It copies what it takes, since a chunk that is kept would
 * keep everything that arrived with it; `maxBytes` bounds it.
 */
export class Payload {
  readonly #maxBytes: number;
  #bytes: Buffer = NOTHING;
  #length = 0;
  #hasOverflowed = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** More came than is kept: nothing is, any more. */
  get hasOverflowed(): boolean {
    return this.#hasOverflowed;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** `maskAt` is how much of the frame's payload came before `part`. */
  append(part: Buffer, maskingKey: Buffer | undefined, maskAt: number): void {
    if (this.#hasOverflowed) return;
    const end = this.#length + part.length;
    if (end > this.#maxBytes) {
      this.#hasOverflowed = true;
      this.#bytes = NOTHING;
      this.#length = 0;
      return;
    }
    this.#reserve(end);
    part.copy(this.#bytes, this.#length);
    if (maskingKey !== undefined) {
      for (let index = 0; index < part.length; index += 1) {
        const at = this.#length + index;
        this.#bytes[at] = (this.#bytes[at] ?? 0) ^ (maskingKey[(maskAt + index) % 4] ?? 0);
      }
    }
    this.#length = end;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const doubled = Math.max(length, this.#bytes.length * 2, MIN_CAPACITY);
    const larger = Buffer.alloc(Math.min(doubled, this.#maxBytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
