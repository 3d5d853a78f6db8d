import { createServer, type RequestListener } from "node:http";

import type { Closeable } from "#platform/lifecycle.ts";
import { listen, type ListenAddress } from "#platform/listen.ts";

export interface AdminListener extends Closeable {
  readonly url: URL;
}

/**
 * Opens the admin side on an address of its own, apart from the public listener. It closes at once,
 * polling browsers included. Throws `ADDRESS_IN_USE`.
 */
export async function openAdminListener(
  app: RequestListener,
  address: ListenAddress,
): Promise<AdminListener> {
  const server = createServer(app);
  const url = await listen(server, address);
  return {
    url,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}
