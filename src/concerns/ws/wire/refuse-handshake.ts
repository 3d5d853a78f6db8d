import { STATUS_CODES } from "node:http";

import type { Handshake, SocketOpening } from "#concerns/concern.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

export interface HandshakeRefusal {
  readonly status: number;
  /** Plain text. */
  readonly body: string;
  readonly scheduler: Scheduler;
}

/** How long a peer may take to read the refusal and to end its own direction. */
const LINGER_MS = 5_000;

/** Answers a handshake with an HTTP status in place of the 101, as the legacy's server words it, and ends it. */
export function refuseHandshake(
  { socket, answerHeaders }: Pick<Handshake, "socket" | "answerHeaders">,
  { status, body, scheduler }: HandshakeRefusal,
): SocketOpening {
  const headers = [
    "content-type",
    "text/plain; charset=utf-8",
    "content-length",
    String(Buffer.byteLength(body)),
    ...answerHeaders,
    "connection",
    "close",
  ];
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const [at, text] of headers.entries()) head += text + (at % 2 === 0 ? ": " : "\r\n");
  socket.on("error", () => socket.destroy());
  socket.end(Buffer.from(`${head}\r\n${body}`, "latin1"));
  // Closing with bytes unread would reset the connection, and with it the refusal (RFC 9112 §9.6).
  socket.resume();
  socket.once(
    "close",
    scheduler.after(LINGER_MS, () => socket.destroy()),
  );
  return { kind: "refused", status };
}
