import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";

const DEADLINE_MS = 5_000;

const isTls = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "wss:";

const portOf = (url: URL): number => {
  if (url.port !== "") return Number(url.port);
  return isTls(url) ? 443 : 80;
};

function open(url: URL): readonly [socket: Socket, opened: "connect" | "secureConnect"] {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const address = { host, port: portOf(url) };
  if (!isTls(url)) return [connect(address), "connect"];
  const servername = isIP(host) === 0 ? host : "";
  return [connectTls({ ...address, servername }), "secureConnect"];
}

function toReason(cause: unknown): string {
  if (cause instanceof AggregateError) return "it refuses connections";
  return toNodeCode(cause).startsWith("ERR_SSL") ? "it does not speak TLS" : toMessage(cause);
}

/**
 * Throws `UPSTREAM_UNREACHABLE` where nothing listens at a URL, or nothing that speaks TLS where it says so:
 * there is nothing to be judged then.
 */
export async function checkReachable(url: URL): Promise<void> {
  const [socket, opened] = open(url);
  try {
    await once(socket, opened, { signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (cause) {
    const message = `Cannot reach ${url.href}: ${toReason(cause)}`;
    throw new AppError("UPSTREAM_UNREACHABLE", message, { cause });
  } finally {
    socket.on("error", () => {}).destroy();
  }
}
