const RIFF_SIZE_AT = 4;
const FIRST_CHUNK_AT = 12;
const CHUNK_HEAD_BYTES = 8;

/** Where the size of the `data` chunk stands; `undefined` where there is none. */
function dataSizeAt(wave: Buffer): number | undefined {
  let at = FIRST_CHUNK_AT;
  while (at + CHUNK_HEAD_BYTES <= wave.length) {
    if (wave.toString("latin1", at, at + 4) === "data") return at + 4;
    // Chunks are padded to an even length (RIFF 1.0, §2).
    const size = wave.readUInt32LE(at + 4);
    at += CHUNK_HEAD_BYTES + size + (size % 2);
  }
  return undefined;
}

/**
 * A WAVE file whose sizes are those of its bytes. A program that writes to a pipe cannot know them when it writes the
 * head, and puts a huge number there; some players then show a sound of hours.
 */
export function withTrueSizes(wave: Buffer): Buffer {
  const at = dataSizeAt(wave);
  if (at === undefined) return wave;
  const sized = Buffer.from(wave);
  sized.writeUInt32LE(wave.length - CHUNK_HEAD_BYTES, RIFF_SIZE_AT);
  sized.writeUInt32LE(wave.length - at - 4, at);
  return sized;
}
