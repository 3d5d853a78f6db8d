import { once } from "node:events";
import { connect } from "node:net";

import { AppError, toMessage } from "#platform/errors.ts";

const DEADLINE_MS = 5_000;

const portOf = ({ port, protocol }: URL): number => {
  if (port !== "") return Number(port);
  return protocol === "https:" || protocol === "wss:" ? 443 : 80;
};

/** Throws `UPSTREAM_UNREACHABLE` where nothing listens at a URL: there is nothing to be judged then. */
export async function checkReachable(url: URL): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: portOf(url) });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (cause) {
    const reason = cause instanceof AggregateError ? "it refuses connections" : toMessage(cause);
    throw new AppError("UPSTREAM_UNREACHABLE", `Cannot reach ${url.href}: ${reason}`, { cause });
  } finally {
    socket.destroy();
  }
}
