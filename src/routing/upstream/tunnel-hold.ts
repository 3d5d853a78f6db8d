import type { Duplex } from "node:stream";

/** A client has nothing to say before the 101 (RFC 6455 §4.1), so this much is generous. */
const MAX_HELD_BYTES = 65_536;

/**
 * Keeps what a client sends while its handshake is under way. The client is read meanwhile, because only a
 * socket that is read shows that its peer has left. `release` ends it and gives what was kept, in order.
 */
export function holdClient(
  client: Duplex,
  head: Buffer,
  onLeft: () => void,
): { release(): Buffer } {
  const held = [head];
  let heldBytes = head.length;
  const keep = (chunk: Buffer): void => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes > MAX_HELD_BYTES) client.pause();
  };
  client.on("data", keep);
  client.on("end", onLeft);
  client.on("close", onLeft);
  if (client.destroyed) queueMicrotask(onLeft);
  return {
    release() {
      client.off("data", keep);
      client.off("end", onLeft);
      client.off("close", onLeft);
      return Buffer.concat(held);
    },
  };
}
