import { once } from "node:events";
import type { Server } from "node:http";

import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The setting or option that a person chooses the port by, for the error. */
  readonly portFrom?: string;
}

function toReason(error: unknown, portFrom: string | undefined): string {
  const by = portFrom === undefined ? "" : ` by ${portFrom}`;
  switch (toNodeCode(error)) {
    case "EADDRINUSE":
      return `somebody else listens there; choose another port${by}`;
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "EACCES":
      return `this user may not; choose a port above 1023${by}`;
    default:
      return toMessage(error);
  }
}

/** Starts to listen and gives the address as a URL. Throws `ADDRESS_IN_USE` with what to do about it. */
export async function listen(
  server: Server,
  { host, port, portFrom }: ListenAddress,
): Promise<URL> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = toReason(error, portFrom);
    throw new AppError("ADDRESS_IN_USE", `Cannot listen on ${host}:${port}: ${reason}`, {
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
