import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { type ServerOptions, WebSocketServer } from "ws";

export interface WsUpstream extends AsyncDisposable {
  readonly server: WebSocketServer;
  readonly origin: string;
}

/** An upstream that speaks WebSocket by the library, and drops its clients when it is disposed of. */
export async function startWsUpstream(options: ServerOptions = {}): Promise<WsUpstream> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await once(server, "listening");
  return {
    server,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
}
