import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { urlToHttpOptions } from "node:url";

/** A connection of its own for one tunnel. */
export interface TunnelConnection {
  readonly socket: Socket;
  /** Emitted when a request can be sent. */
  readonly readyEvent: "connect" | "secureConnect";
  /** From now on gives what is read to `take`, as views that are good until it returns. */
  readInto(take: (view: Buffer) => void): void;
}

/** Half-open, because each direction of a tunnel ends on its own. */
const SOCKET_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
} as const;

function connectSecurely(host: string, port: string): TunnelConnection {
  const socket = connectTls({
    ...SOCKET_OPTIONS,
    host,
    port: Number(port),
    ALPNProtocols: ["http/1.1"],
    // A server name is never an address (RFC 6066 §3).
    ...(isIP(host) === 0 && { servername: host }),
  });
  return {
    socket,
    readyEvent: "secureConnect",
    readInto: (take) => void socket.on("data", take),
  };
}

/**
 * Connects to where an upstream is. `readBuffer` is one for all tunnels to it: each read of a plain connection is put
 * there, with no memory and no stream for it, and emitted as a chunk of its own only until `readInto` is called.
 */
export function connectTunnel(origin: URL, readBuffer: Buffer): TunnelConnection {
  const { protocol, hostname, port } = urlToHttpOptions(origin);
  const host = hostname ?? "localhost";
  if (protocol === "https:") return connectSecurely(host, String(port ?? 443));
  let receive = (view: Buffer): void => void socket.emit("data", Buffer.from(view));
  const socket = connectTcp({
    ...SOCKET_OPTIONS,
    host,
    port: Number(port ?? 80),
    onread: {
      buffer: readBuffer,
      callback(size) {
        receive(readBuffer.subarray(0, size));
        return true;
      },
    },
  });
  return {
    socket,
    readyEvent: "connect",
    readInto(take) {
      receive = take;
    },
  };
}
