import type { Writable } from "node:stream";

/** Up to here text of its own is cheaper than memory that comes back. */
const MIN_BYTES = 16_384;
const MAX_FREE = 32;
/** As much as libuv reads at a time. */
const READ_BYTES = 65_536;

/** A piece of a body, to be written; `release`, where there is one, is for when it has been. */
export interface BodyPiece {
  /** As text it is latin1, one character a byte, and goes out in one piece with the head before it. */
  readonly chunk: Buffer | string;
  readonly release: (() => void) | undefined;
}

/**
 * Copies of what was read, in buffers that are used again: made anew for each read, those of a large body would lie
 * about until a collection, and weigh many times what is under way.
 */
export class BodyBuffers {
  /** Where every read is put, of whatever connection: it is copied or passed on before the next one. */
  readonly read = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #free: Buffer[] = [];

  copy(view: Buffer): BodyPiece {
    if (view.length < MIN_BYTES) return { chunk: view.toString("latin1"), release: undefined };
    const whole = this.#free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
    view.copy(whole);
    return {
      chunk: whole.subarray(0, view.length),
      release: () => {
        if (this.#free.length < MAX_FREE) this.#free.push(whole);
      },
    };
  }
}

/** Writes a piece, and gives its memory back when it has gone. Gives what `write` gives. */
export function writePiece(to: Writable, { chunk, release }: BodyPiece): boolean {
  if (release === undefined) return to.write(chunk, "latin1");
  return to.write(chunk, "latin1", (error) => {
    // A write that failed may still be looked at.
    if ((error ?? undefined) === undefined) release();
  });
}
