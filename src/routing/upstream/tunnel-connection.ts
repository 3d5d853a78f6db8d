import type { Socket } from "node:net";

import { connectToOrigin, type OriginConnection } from "#routing/upstream/connect-to-origin.ts";

/** A connection of its own for one tunnel. */
export interface TunnelConnection extends Pick<OriginConnection, "readyEvent"> {
  readonly socket: Socket;
  /** From now on gives what is read to `take`, as views that are good until it returns. */
  readInto(take: (view: Buffer) => void): void;
}

/** Half-open, because each direction of a tunnel ends on its own. */
const OPTIONS = { allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 30_000 } as const;

/** Connects to where an upstream is. What is read is put into `buffer`, which may be one for all. */
export function connectTunnel(origin: URL, buffer: Buffer): TunnelConnection {
  // Until the tunnel is open, Node's HTTP client reads the socket as it would any other.
  let receive = (view: Buffer): void => void socket.emit("data", Buffer.from(view));
  const callback = (size: number): boolean => {
    receive(buffer.subarray(0, size));
    return true;
  };
  const { socket, readyEvent, readsInto } = connectToOrigin(origin, OPTIONS, { buffer, callback });
  return {
    socket,
    readyEvent,
    readInto(take) {
      if (readsInto) receive = take;
      else socket.on("data", take);
    },
  };
}
