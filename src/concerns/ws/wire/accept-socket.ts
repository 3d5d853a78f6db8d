import type { IncomingMessage } from "node:http";

import { WebSocketServer } from "ws";

import type { Handshake, SocketOpening } from "#concerns/concern.ts";
import { refuseHandshake } from "#concerns/ws/wire/refuse-handshake.ts";
import { SocketLine, type SocketLineOptions } from "#concerns/ws/wire/socket-line.ts";

/** The largest message before it is closed with 1009; the legacy takes 16 MiB. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** `begin` may speak at once: it leaves in one flush with the 101. */
export type AcceptSocket = (
  handshake: Handshake,
  begin: (line: SocketLine) => void,
) => SocketOpening;

const toLines = (headers: readonly string[]): string[] =>
  headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1] ?? ""}`] : []));

/** Answers handshakes with 101, or refuses what is none. */
export function createAcceptSocket(options: SocketLineOptions): AcceptSocket {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Each compressing socket would hold hundreds of kilobytes, for frames of some hundred bytes.
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // The legacy never selects a subprotocol, whatever is offered.
    handleProtocols: () => false,
  });
  const answerLines = new WeakMap<IncomingMessage, readonly string[]>();
  const faults = new WeakMap<IncomingMessage, string>();
  server.on("headers", (headers, request) => headers.push(...(answerLines.get(request) ?? [])));
  server.on("wsClientError", (error, _socket, request) => faults.set(request, error.message));

  return (handshake, begin) => {
    const { request, socket, head, answerHeaders } = handshake;
    let line: SocketLine | undefined;
    answerLines.set(request, toLines(answerHeaders));
    socket.cork();
    server.handleUpgrade(request, socket, head, (webSocket) => {
      line = new SocketLine(webSocket, options);
      begin(line);
    });
    socket.uncork();
    if (line !== undefined) return { kind: "opened", socket: line };
    const fault = faults.get(request);
    if (fault === undefined) return { kind: "abandoned" };
    return refuseHandshake(handshake, { status: 400, body: fault, scheduler: options.scheduler });
  };
}
