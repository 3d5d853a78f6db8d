import type { Socket } from "node:net";

/** What is smaller is collected soon enough with everything else. */
const MIN_BYTES = 4096;

/** Node's parser gives each chunk of a body memory of its own; a view into more than itself is somebody else's, too. */
const isWhole = ({ byteLength, buffer }: Buffer): boolean =>
  byteLength >= MIN_BYTES && byteLength === buffer.byteLength;

/**
 * Gives back at once the memory of a chunk that was written and that nobody else looks at; it is empty afterwards.
 * Left to the collector, the chunks of large bodies weigh many times what is under way, and making room anew costs
 * more than all the rest of passing them on.
 */
export function freeChunk(chunk: Buffer): void {
  const { buffer } = chunk;
  if (isWhole(chunk) && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Writes a chunk that nobody else looks at, and frees it when it has gone. Gives what `write` gives. */
export function writeAndFree(socket: Socket, chunk: Buffer): boolean {
  if (!isWhole(chunk)) return socket.write(chunk);
  return socket.write(chunk, (error) => {
    // A write that failed may still be looked at.
    if ((error ?? undefined) === undefined) freeChunk(chunk);
  });
}
