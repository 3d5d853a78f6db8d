import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** How much of a sound is written as text at once; four times as many characters. */
const SLICE_BYTES = 16_384;

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) => String(byte));

function* toNumbers(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const numbers = Array.from(bytes.subarray(at, at + SLICE_BYTES), (byte) => DIGITS[byte]);
    yield `${at === 0 ? "" : ","}${numbers.join(",")}`;
  }
}

function numbersLength(bytes: Buffer): number {
  let length = Math.max(0, bytes.length - 1);
  for (const byte of bytes) length += byte < 10 ? 1 : byte < 100 ? 2 : 3;
  return length;
}

/**
 * Sends `{"audio":[…],…}` with the sound as a list of numbers, which is what clients play. Megabytes of sound are four
 * times as much text: it is made and sent slice by slice. Rejects where the client leaves before the end.
 */
export async function sendSound(
  response: ServerResponse,
  sound: Buffer,
  rest: Readonly<Record<string, unknown>>,
): Promise<void> {
  const head = '{"audio":[';
  const tail = `],${JSON.stringify(rest).slice(1)}`;
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": String(head.length + numbersLength(sound) + Buffer.byteLength(tail)),
  });
  function* toText(): Generator<string> {
    yield head;
    yield* toNumbers(sound);
    yield tail;
  }
  await pipeline(Readable.from(toText()), response);
}
