import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, type ErrorCode } from "#platform/errors.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

export const CRLF = "\r\n";

/** A head as bytes. Header text is Latin-1 on the wire (RFC 9110 §5.5), which is how Node reads it too. */
export function encodeHead(startLine: string, ...headers: readonly RawHeaders[]): Buffer {
  let head = startLine + CRLF;
  for (const list of headers) {
    for (const [index, text] of list.entries()) head += text + (index % 2 === 0 ? ": " : CRLF);
  }
  return Buffer.from(head + CRLF, "latin1");
}

/** How long a peer may take to read what is still on its way to it, and to end its own direction. */
const LINGER_MS = 5000;

/**
 * Sends what is left to send and ends the connection. What still arrives is read and dropped until the peer
 * has ended too, because closing a socket with unread bytes resets it, and a reset throws away what the peer
 * has not read yet (RFC 9112 §9.6). A peer that never ends is cut off.
 */
export function endGently(socket: Duplex, lastBytes?: Buffer): void {
  if (socket.destroyed) return;
  socket.end(lastBytes);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}

/** Answers on a raw socket with Banyan's own words for `code`, and ends the connection. */
export function answerError(client: Duplex, code: ErrorCode, more: RawHeaders = []): void {
  const { status, headers, body } = toErrorAnswer(new AppError(code));
  const head = encodeHead(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    Object.entries(headers).flat(),
    more,
    ["connection", "close"],
  );
  endGently(client, Buffer.concat([head, Buffer.from(body)]));
}
