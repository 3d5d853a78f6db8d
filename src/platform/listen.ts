import { once } from "node:events";
import type { Server } from "node:http";

import { AppError, toMessage } from "#platform/errors.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Starts to listen and gives the address as a URL. Throws `ADDRESS_IN_USE` with what to do about it. */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<URL> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new AppError("ADDRESS_IN_USE", `Cannot listen on ${host}:${port}: ${toMessage(error)}`, {
      cause: error,
    });
  }
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("A TCP server has an address with a port");
  }
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return new URL(`http://${name}:${address.port}`);
}
