import {
  connect as connectTcp,
  isIP,
  type OnReadOpts,
  type Socket,
  type TcpNetConnectOpts,
} from "node:net";
import { connect as connectTls } from "node:tls";
import { urlToHttpOptions } from "node:url";

export type ConnectOptions = Pick<
  TcpNetConnectOpts,
  "allowHalfOpen" | "keepAlive" | "keepAliveInitialDelay" | "lookup"
>;

export interface OriginConnection {
  readonly socket: Socket;
  /** Emitted when a request can be sent. */
  readonly readyEvent: "connect" | "secureConnect";
  /** Reads go to `onread`, with no memory and no stream for them; TLS, which cannot, emits them as `data`. */
  readonly readsInto: boolean;
}

/** Begins to connect to where an upstream is: scheme, host and port of `origin`. */
export function connectToOrigin(
  origin: URL,
  options: ConnectOptions,
  onread: OnReadOpts,
): OriginConnection {
  const { protocol, hostname, port } = urlToHttpOptions(origin);
  const host = hostname ?? "localhost";
  const common = { ...options, host, noDelay: true };
  if (protocol !== "https:") {
    const socket = connectTcp({ ...common, onread, port: Number(port ?? 80) });
    return { socket, readyEvent: "connect", readsInto: true };
  }
  const socket = connectTls({
    ...common,
    port: Number(port ?? 443),
    ALPNProtocols: ["http/1.1"],
    // A server name is never an address (RFC 6066 §3).
    ...(isIP(host) === 0 && { servername: host }),
  });
  return { socket, readyEvent: "secureConnect", readsInto: false };
}
