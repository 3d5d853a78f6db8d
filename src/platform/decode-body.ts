import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";

type Decoder = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
};

/** More than any answer of an API, and little enough to hold. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * A body with its content coding undone; one that is not coded, or in no way that is known, as it is. Rejects where
 * it is no such coding, or comes out longer than `maxBytes`.
 */
export async function decodeBody(
  encoding: string | undefined,
  body: Buffer,
  maxBytes = MAX_BYTES,
): Promise<Buffer> {
  const decoder = DECODERS[encoding?.trim().toLowerCase() ?? ""];
  if (decoder === undefined || body.length === 0) return body;
  return decoder(body, { maxOutputLength: maxBytes });
}
