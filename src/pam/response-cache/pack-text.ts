import { gunzipSync, gzipSync } from "node:zlib";

/** Shorter texts are kept as they are: compressing them gains nothing. */
export const COMPRESSION_THRESHOLD_BYTES = 1_024;
/** Of one answer, unpacked. A longer one is not kept. */
export const MAX_TEXT_BYTES = 262_144;

/** How every gzip begins in base64 (RFC 1952 §2.3.1). No JSON text does, so that a text says itself what it is. */
const GZIP_START = "H4sI";

/** JSON text as a text that is as short as is worth the trouble. */
export function packText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length < COMPRESSION_THRESHOLD_BYTES) return text;
  const packed = gzipSync(bytes).toString("base64");
  return packed.length < bytes.length ? packed : text;
}

/** The JSON text again; `undefined` where it is damaged or longer than may be kept. */
export function unpackText(packed: string): string | undefined {
  if (!packed.startsWith(GZIP_START)) return packed;
  try {
    const bytes = Buffer.from(packed, "base64");
    return gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString("utf8");
  } catch {
    return undefined;
  }
}
