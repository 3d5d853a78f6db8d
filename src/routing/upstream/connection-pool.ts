import type { LookupFunction } from "node:net";

import type { Closeable } from "#platform/lifecycle.ts";
import type { BodyBuffers } from "#routing/upstream/body-buffers.ts";
import { Connection } from "#routing/upstream/connection.ts";

const MAX_IDLE_CONNECTIONS = 256;

export interface ConnectionPoolOptions {
  readonly origin: URL;
  readonly lookup?: LookupFunction | undefined;
  readonly buffers: BodyBuffers;
}

/**
 * The connections to one upstream. Their number is not limited: with a limit, a short request waits behind
 * streams that stay open for hours. What the upstream cannot take, it refuses itself.
 */
export class ConnectionPool implements Closeable {
  readonly #options: ConnectionPoolOptions;
  readonly #open = new Set<Connection>();
  /** The last one used stands last and is taken first: the others may grow old and go. */
  #idle: Connection[] = [];
  readonly buffers: BodyBuffers;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.buffers = options.buffers;
  }

  /** An idle connection, or else a new one. */
  take(): Connection {
    return this.#idle.pop() ?? this.create();
  }

  /** A new connection, whatever lies idle. */
  create(): Connection {
    const connection = new Connection({
      ...this.#options,
      readBuffer: this.buffers.read,
      onIdle: (idle) => {
        if (this.#idle.length < MAX_IDLE_CONNECTIONS) this.#idle.push(idle);
        else idle.destroy();
      },
      onGone: (gone) => {
        this.#open.delete(gone);
        this.#idle = this.#idle.filter((idle) => idle !== gone);
      },
    });
    this.#open.add(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#open) connection.socket.destroy();
  }
}
