import type { Duplex } from "node:stream";

import type { FrameCursor } from "#routing/upstream/frame-cursor.ts";

export interface DirectionOptions {
  readonly from: Duplex;
  readonly to: Duplex;
  readonly frames: FrameCursor;
  /** Called after each change of what a direction shows. */
  readonly onChange: () => void;
}

/** One of the two directions of a tunnel. */
export interface Direction {
  /** Bytes passed on. */
  readonly bytes: number;
  /** The code of the close frame that came this way. */
  readonly closeCode: number | undefined;
  /** A close frame of Banyan's own was sent, and nothing is passed on behind it. */
  readonly isCut: boolean;
  /** The source has nothing more to say: it sent a close frame or has ended. */
  readonly isOver: boolean;
  /** Passes on what came before the direction was opened. */
  take(chunk: Buffer): void;
  /**
   * Sends `closeFrame` as soon as no frame is under way, and stops passing on. Does nothing where the
   * source has closed by itself, since a second close frame would be one too many (RFC 6455 §5.5.1).
   */
  cut(closeFrame: Buffer): void;
}

/**
 * Passes every byte of `from` on to `to`, no faster than `to` takes them, and the end of the one to the
 * other. Frames are watched, never changed.
 */
export function openDirection({ from, to, frames, onChange }: DirectionOptions): Direction {
  let bytes = 0;
  let hasEnded = false;
  let isCut = false;
  let pendingClose: Buffer | undefined;

  const pass = (chunk: Buffer): void => {
    // With nobody left to pass it on to, reading on still shows when the source ends.
    if (chunk.length === 0 || to.destroyed) return;
    bytes += chunk.length;
    if (!to.write(chunk)) from.pause();
  };
  const cutAtBoundary = (): void => {
    const isOver = hasEnded || frames.closeCode !== undefined;
    if (pendingClose === undefined || isCut || isOver || !frames.isBetweenFrames) return;
    isCut = true;
    to.write(pendingClose);
    // What comes now is dropped, so there is no need to wait for `to` any more.
    from.resume();
  };
  const takeToBoundary = (chunk: Buffer): void => {
    const length = frames.pushToBoundary(chunk);
    pass(chunk.subarray(0, length));
    cutAtBoundary();
    const rest = chunk.subarray(length);
    frames.push(rest);
    if (!isCut) pass(rest);
  };
  const take = (chunk: Buffer): void => {
    if (pendingClose !== undefined && !isCut) {
      takeToBoundary(chunk);
    } else {
      frames.push(chunk);
      if (!isCut) pass(chunk);
    }
    if (isCut || frames.closeCode !== undefined) onChange();
  };

  from.on("data", take);
  from.on("end", () => {
    hasEnded = true;
    if (!isCut) to.end();
    onChange();
  });
  to.on("drain", () => from.resume());
  // Whoever held the source before may have paused it.
  from.resume();

  return {
    take,
    cut(closeFrame) {
      pendingClose = closeFrame;
      cutAtBoundary();
    },
    get bytes() {
      return bytes;
    },
    get closeCode() {
      return frames.closeCode;
    },
    get isCut() {
      return isCut;
    },
    get isOver() {
      return hasEnded || frames.closeCode !== undefined;
    },
  };
}
