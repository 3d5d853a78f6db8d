import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

import { WireReader } from "#support/websocket-peer.ts";

export interface RawUpstream extends AsyncDisposable {
  readonly origin: string;
  /** The next connection that came in, with what it sends. */
  accept(): Promise<WireReader>;
}

/** An upstream written by hand: it accepts connections and says nothing that a test does not say. */
export async function startRawUpstream(): Promise<RawUpstream> {
  const accepted: WireReader[] = [];
  const all: WireReader[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const reader = new WireReader(socket);
    accepted.push(reader);
    all.push(reader);
    server.emit("accepted");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accept = async (): Promise<WireReader> => {
    const next = accepted.shift();
    if (next !== undefined) return next;
    await once(server, "accepted");
    return accept();
  };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept,
    async [Symbol.asyncDispose]() {
      for (const { socket } of all) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
