import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, type ErrorCode } from "#platform/errors.ts";

/** Answers on a connection that Node has given no response object for, and ends it. */
export function endWithError(
  socket: Duplex,
  code: ErrorCode,
  headers: readonly string[] = [],
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const answer = toErrorAnswer(new AppError(code));
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`];
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`);
  for (let index = 0; index + 1 < headers.length; index += 2) {
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  }
  lines.push("connection: close", "", answer.body);
  socket.end(lines.join("\r\n"), () => socket.destroy());
}

/** What the legacy's server says to bytes that are no HTTP request; clients have only ever seen this one. */
export function endAsMalformed(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = "Invalid HTTP request received.";
  const lines = [
    "HTTP/1.1 400 Bad Request",
    "content-type: text/plain; charset=utf-8",
    `content-length: ${body.length}`,
    "connection: close",
    "",
    body,
  ];
  socket.end(lines.join("\r\n"), () => socket.destroy());
}
