import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** A client that sends more than this before it has read an answer is not one that waits for answers. */
const MAX_WAITING = 256;

/** Begins an exchange, which calls `done` once when it is over. It may not throw. */
type Begin = (done: () => void) => void;

interface Entry {
  readonly begin: Begin;
  readonly response: ServerResponse | undefined;
}

interface Connection {
  underWay: Entry | undefined;
  readonly waiting: Entry[];
}

/**
 * Takes care that one connection has one exchange at a time, in the order of arrival. Node hands over
 * pipelined requests all at once; run together, two that are not safe would change places (RFC 9112 §9.3.2),
 * what is refused would be answered in the middle of another answer, and one connection could fan out into
 * any number of upstream ones.
 */
export interface ConnectionQueue {
  /** Begins when those before it on this connection are over, unless the connection is gone by then. */
  enter(socket: Duplex, begin: Begin, response?: ServerResponse): void;
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
    const connection: Connection = { underWay: undefined, waiting: [] };
    if (socket.closed) return connection;
    connections.set(socket, connection);
    socket.once("close", () => connections.delete(socket));
    return connection;
  }

  function begin(socket: Duplex, connection: Connection, entry: Entry): void {
    connection.underWay = entry;
    entry.begin(() => {
      connection.underWay = undefined;
      const next = connection.waiting.shift();
      // An answer that said `Connection: close` was the last; what stands behind it goes with the connection.
      if (next !== undefined && socket.writable) begin(socket, connection, next);
    });
  }

  return {
    enter(socket, beginExchange, response) {
      const connection = connectionOf(socket);
      const entry = { begin: beginExchange, response };
      if (connection.underWay !== undefined) {
        if (connection.waiting.length < MAX_WAITING) connection.waiting.push(entry);
        else socket.destroy();
      } else if (socket.writable) begin(socket, connection, entry);
    },
    *answers() {
      for (const { underWay } of connections.values()) {
        if (underWay?.response !== undefined) yield underWay.response;
      }
    },
    answerOf: (socket) => connections.get(socket)?.underWay?.response,
    isBusy: (socket) => connections.get(socket)?.underWay !== undefined,
  };
}
