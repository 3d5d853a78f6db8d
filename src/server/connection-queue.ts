import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** A client that sends more than this before it has read an answer is not one that waits for answers. */
const MAX_WAITING = 256;

interface Connection {
  tail: Promise<void>;
  /** Under way and waiting. */
  size: number;
  response: ServerResponse | undefined;
}

/**
 * Takes care that one connection has one exchange at a time, in the order of arrival. Node hands over
 * pipelined requests all at once; run together, two that are not safe would change places (RFC 9112 §9.3.2),
 * what is refused would be answered in the middle of another answer, and one connection could fan out into
 * any number of upstream ones.
 */
export interface ConnectionQueue {
  /** Runs `exchange` when those before it on this connection are over, unless the connection is gone by then. */
  enter(socket: Duplex, exchange: () => Promise<void>, response?: ServerResponse): void;
  /** The answer that is under way; `undefined` where nothing is, or what is has none. */
  answerOf(socket: Duplex): ServerResponse | undefined;
  isBusy(socket: Duplex): boolean;
}

export function createConnectionQueue(): ConnectionQueue {
  const connections = new WeakMap<Duplex, Connection>();
  return {
    enter(socket, exchange, response) {
      const connection = connections.get(socket) ?? {
        tail: Promise.resolve(),
        size: 0,
        response: undefined,
      };
      connections.set(socket, connection);
      if (connection.size >= MAX_WAITING) {
        socket.destroy();
        return;
      }
      const run = async (): Promise<void> => {
        // An answer that said `Connection: close` was the last; what stands behind it goes with the connection.
        if (!socket.writable) return;
        connection.response = response;
        await exchange();
      };
      const isFirst = connection.size === 0;
      connection.size += 1;
      connection.tail = (isFirst ? run() : connection.tail.then(run)).finally(() => {
        connection.size -= 1;
        connection.response = undefined;
      });
    },
    answerOf: (socket) => connections.get(socket)?.response,
    isBusy: (socket) => (connections.get(socket)?.size ?? 0) > 0,
  };
}
