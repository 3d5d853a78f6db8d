import type { IncomingMessage } from "node:http";

import {
  type Parsed,
  type ReadBody,
  readLegacyBody,
  type Refusal,
} from "#contracts/validation/legacy-request.ts";
import { AppError } from "#platform/errors.ts";

/** The legacy's own limit of a body (10 MiB) is its filters'; no route has use for more than this. */
const MAX_BODY_BYTES = 1_048_576;

const toError = ({ status, body }: Refusal): AppError =>
  new AppError(status === 422 ? "REQUEST_INVALID" : "REQUEST_MALFORMED", undefined, { body });

/** What a contract's parser accepted; throws its refusal as the answer that the legacy would give. */
export function accept<Value>(parsed: Parsed<Value>): Value {
  if (!parsed.ok) throw toError(parsed);
  return parsed.value;
}

/**
 * Reads a body to its end and as JSON, not yet validated. It comes before the caller is known, because on the
 * legacy malformed JSON beats a missing token. Throws BODY_TOO_LARGE, REQUEST_INVALID or REQUEST_MALFORMED.
 */
export async function readBody(request: IncomingMessage): Promise<ReadBody["body"]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("A request without an encoding gives bytes");
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new AppError("BODY_TOO_LARGE");
    chunks.push(chunk);
  }
  const read = readLegacyBody(request.headers["content-type"], Buffer.concat(chunks, size));
  if (!read.ok) throw toError(read);
  return read.body;
}

/** The part of the target behind its first `?`; "" where there is none. */
export function searchOf({ url = "" }: IncomingMessage): string {
  const mark = url.indexOf("?");
  return mark === -1 ? "" : url.slice(mark + 1);
}
