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
  /** All answers that are under way. */
  answers(): Iterable<ServerResponse>;
  isBusy(socket: Duplex): boolean;
}

export function createConnectionQueue(): ConnectionQueue {
  // By connection, and no set of answers: what changes with every request keeps each of them alive until the next
  // full collection, because the tables that such a set leaves behind point to one another.
  const connections = new Map<Duplex, Connection>();

  function connectionOf(socket: Duplex): Connection {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection = { tail: Promise.resolve(), size: 0, response: undefined };
    if (socket.closed) return connection;
    connections.set(socket, connection);
    socket.once("close", () => connections.delete(socket));
    return connection;
  }

  return {
    enter(socket, exchange, response) {
      const connection = connectionOf(socket);
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
    *answers() {
      for (const { response } of connections.values()) if (response !== undefined) yield response;
    },
    answerOf: (socket) => connections.get(socket)?.response,
    isBusy: (socket) => (connections.get(socket)?.size ?? 0) > 0,
  };
}
