/** A sound file as a browser plays it. */
export interface Sound {
  readonly bytes: Buffer;
  readonly mediaType: "audio/mpeg" | "audio/wav";
}

/** Why an engine did not speak, in words that a client may read. */
export class SpeechError extends Error {
  override readonly name = "SpeechError";
}

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).toString("latin1") === text;

/** ISO/IEC 11172-3 §2.4.1.3: a frame begins with eleven bits that are set. */
const isMpegFrame = ([first = 0, second = 0]: Buffer): boolean => first === 255 && second >= 224;

function mediaTypeOf(bytes: Buffer): Sound["mediaType"] | undefined {
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WAVE", 8)) return "audio/wav";
  return startsWith(bytes, "ID3") || isMpegFrame(bytes) ? "audio/mpeg" : undefined;
}

/** Tells by its first bytes what an engine gave. Throws a `SpeechError` where it is no sound that is known. */
export function toSound(bytes: Buffer): Sound {
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === undefined) throw new SpeechError("The engine gave no sound");
  return { bytes, mediaType };
}
