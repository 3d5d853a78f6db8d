import type { Duplex } from "node:stream";

import { encodeHead, endGently } from "#routing/raw-answer.ts";

const BODY = Buffer.from("Invalid HTTP request received.");
const HEAD = encodeHead("HTTP/1.1 400 Bad Request", [
  "content-type",
  "text/plain; charset=utf-8",
  "content-length",
  String(BODY.length),
  "connection",
  "close",
]);

/** What the legacy's server says to bytes that are no HTTP request; clients have only ever seen this one. */
export function answerMalformed(socket: Duplex): void {
  endGently(socket, Buffer.concat([HEAD, BODY]));
}
