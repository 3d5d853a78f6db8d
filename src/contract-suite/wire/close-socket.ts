import type { WebSocket } from "ws";

/**
 * Ends a socket so that its peer sees `code`. 1005 and 1006 say that there was no code and no close at all, and
 * like 1015 may not be sent in a frame (RFC 6455 §7.4.1).
 */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  if (code === 1005) socket.close();
  else if (code < 1000 || code === 1006 || code === 1015) socket.terminate();
  else socket.close(code, reason);
}
