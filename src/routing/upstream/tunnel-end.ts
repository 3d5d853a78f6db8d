import type { Duplex } from "node:stream";

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
