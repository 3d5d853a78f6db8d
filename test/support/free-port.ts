import { once } from "node:events";
import { createServer } from "node:net";

/** For servers of others, which cannot say which port they got. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("Cannot find a port");
  return address.port;
}
