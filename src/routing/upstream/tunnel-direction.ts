import type { Duplex } from "node:stream";

import type { FrameCursor } from "#routing/upstream/frame-cursor.ts";

export interface DirectionOptions {
  readonly from: Duplex;
  readonly to: Duplex;
  readonly frames: FrameCursor;
  /** Has what is read of `from` given to `take`. */
  readonly listen: (take: (chunk: Buffer) => void) => void;
  /** Sends a chunk to `to`; false where that has enough for now. */
  readonly write: (chunk: Buffer) => boolean;
  /** Called after each change of what a direction shows. */
  readonly onChange: () => void;
  /** Shown each chunk once it has been passed on. */
  readonly onPassed?: ((chunk: Buffer) => void) | undefined;
}

/**
 * One of the two directions of a tunnel: passes every byte of `from` on to `to`, no faster than `to` takes
 * them, and the end of the one to the other. Frames are watched, never changed. A class, because its
 * methods then cost an idle tunnel nothing.
 */
export class Direction {
  readonly #from: Duplex;
  readonly #to: Duplex;
  readonly #frames: FrameCursor;
  readonly #write: DirectionOptions["write"];
  readonly #onChange: () => void;
  readonly #onPassed: DirectionOptions["onPassed"];
  #bytes = 0;
  #hasEnded = false;
  #isCut = false;
  #pendingClose: Buffer | undefined;

  constructor({ from, to, frames, listen, write, onChange, onPassed }: DirectionOptions) {
    this.#from = from;
    this.#to = to;
    this.#frames = frames;
    this.#write = write;
    this.#onChange = onChange;
    this.#onPassed = onPassed;
    listen((chunk) => this.take(chunk));
    from.on("end", () => this.#end());
    to.on("drain", () => from.resume());
    // Whoever held the source before may have paused it.
    from.resume();
  }

  /** Bytes passed on. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The code of the close frame that came this way. */
  get closeCode(): number | undefined {
    return this.#frames.closeCode;
  }

  /** A close frame of Banyan's own was sent, and nothing is passed on behind it. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The source has nothing more to say: it sent a close frame or has ended. */
  get isOver(): boolean {
    return this.#hasEnded || this.closeCode !== undefined;
  }

  /**
   * Sends `closeFrame` as soon as no frame is under way, and stops passing on. Does nothing where the
   * source has closed by itself, since a second close frame would be one too many (RFC 6455 §5.5.1).
   */
  cut(closeFrame: Buffer): void {
    this.#pendingClose = closeFrame;
    this.#cutAtBoundary();
  }

  /** Takes a chunk of the source; from outside, what came before the direction was opened. */
  take(chunk: Buffer): void {
    const isCutting = this.#pendingClose !== undefined && !this.#isCut;
    const rest = isCutting ? this.#takeToBoundary(chunk) : chunk;
    this.#frames.push(rest);
    if (!this.#isCut) this.#pass(rest);
    if (this.#isCut || this.closeCode !== undefined) this.#onChange();
  }

  /** Gives what is left of `chunk` behind the frame that was under way. */
  #takeToBoundary(chunk: Buffer): Buffer {
    const length = this.#frames.pushToBoundary(chunk);
    this.#pass(chunk.subarray(0, length));
    this.#cutAtBoundary();
    return chunk.subarray(length);
  }

  #pass(chunk: Buffer): void {
    // With nobody left to pass it on to, reading on still shows when the source ends.
    if (chunk.length === 0 || !this.#to.writable) return;
    this.#bytes += chunk.length;
    if (!this.#write(chunk)) this.#from.pause();
    this.#onPassed?.(chunk);
  }

  #cutAtBoundary(): void {
    if (this.#pendingClose === undefined || this.isOver || !this.#frames.isBetweenFrames) return;
    this.#isCut = true;
    this.#to.write(this.#pendingClose);
    // What comes now is dropped, so there is no need to wait for `to` any more.
    this.#from.resume();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#to.end();
    this.#onChange();
  }
}
