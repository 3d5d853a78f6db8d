import type { TunnelledSocket } from "#routing/upstream/index.ts";

/** The sockets that are open now, whichever side they are on. */
export interface SocketRegistry {
  readonly size: number;
  /** Keeps the socket until it closes. */
  add(socket: TunnelledSocket): void;
  /** Those open at this moment, oldest first. */
  list(): readonly TunnelledSocket[];
}

export function createSocketRegistry(): SocketRegistry {
  const open = new Set<TunnelledSocket>();
  return {
    get size() {
      return open.size;
    },
    add(socket) {
      open.add(socket);
      void socket.closed.then(() => open.delete(socket));
    },
    list: () => [...open],
  };
}
