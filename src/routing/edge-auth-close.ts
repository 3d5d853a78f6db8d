import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { type AppError, ERROR_CODES } from "#platform/errors.ts";
import { answerError, encodeHead, endGently } from "#routing/raw-answer.ts";
import type { RawHeaders } from "#routing/upstream/index.ts";
import { encodeCloseFrame } from "#routing/upstream/tunnel-close-frame.ts";

/** RFC 6455 §1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** The base64 of 16 bytes (RFC 6455 §4.2.1). */
const KEY = /^[A-Za-z0-9+/]{22}==$/u;
/** The legacy's close code for whoever may not come in. */
const REFUSED = 4001;
/** RFC 6455 §7.4.1. */
const FAILED = 1011;

/** Nothing was found against the token: what stands in the way is here. */
const isOurs = ({ code }: AppError): boolean => ERROR_CODES[code].status >= 500;

/** The legacy's words. */
function toReason(refusal: AppError): string {
  const { code, detail } = refusal;
  if (code === "TOKEN_MISSING") return "Missing authentication token";
  return code === "FORBIDDEN" || isOurs(refusal) ? detail : `Authentication failed: 401: ${detail}`;
}

const toAccept = (key: string): string =>
  createHash("sha1")
    .update(key + ACCEPT_SUFFIX)
    .digest("base64");

/**
 * Refuses a socket as the legacy does: it accepts, and closes with 4001 at once. An answer without the 101 would
 * reach the web client as a failed connection, after which it gives up. A handshake that is none is a plain 400.
 */
export function acceptAndClose(
  { request, socket }: { readonly request: IncomingMessage; readonly socket: Duplex },
  refusal: AppError,
  answerHeaders: RawHeaders,
): void {
  const key = request.headers["sec-websocket-key"] ?? "";
  if (!KEY.test(key) || request.headers["sec-websocket-version"] !== "13") {
    answerError(socket, "REQUEST_MALFORMED", answerHeaders);
    return;
  }
  const head = encodeHead(
    "HTTP/1.1 101 Switching Protocols",
    ["Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Accept", toAccept(key)],
    answerHeaders,
  );
  const close = encodeCloseFrame(isOurs(refusal) ? FAILED : REFUSED, {
    reason: toReason(refusal),
  });
  endGently(socket, Buffer.concat([head, close]));
}
