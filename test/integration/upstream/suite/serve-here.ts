import { createServer, type RequestListener } from "node:http";

import { listen } from "#platform/listen.ts";

/** An upstream that answers as it is told, at an address of its own; nothing of it outlives it. */
export async function serveHere(
  answer: RequestListener,
): Promise<AsyncDisposable & { readonly origin: URL }> {
  const server = createServer(answer);
  return {
    origin: await listen(server, { host: "127.0.0.1", port: 0 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
