import { SpeechError } from "./sound.ts";

/** Everything that a stream of bytes gives. Throws a `SpeechError` as soon as it is more than the bound. */
export async function readBounded(
  source: AsyncIterable<unknown>,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("The stream gives no bytes");
    size += chunk.byteLength;
    if (size > maxBytes) throw new SpeechError(`The engine gave more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
