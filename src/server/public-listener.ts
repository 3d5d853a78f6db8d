import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { type ErrorCode, toMessage, toNodeCode } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { type ListenAddress, listen } from "#platform/listen.ts";
import type { Logger } from "#platform/logger.ts";
import { answerError } from "#routing/raw-answer.ts";
import { answerMalformed } from "#server/answer-malformed.ts";
import { drain, type DrainReport } from "#server/drain.ts";
import type { ExchangeDependencies } from "#server/exchange.ts";
import { createRequestHandler } from "#server/handle-request.ts";
import { createUpgradeHandler } from "#server/handle-upgrade.ts";
import { createSocketRegistry } from "#server/socket-registry.ts";

export interface PublicListenerOptions extends ExchangeDependencies {
  readonly maxHeaderBytes: number;
  readonly logger: Logger;
}

/** The listener that stands where the legacy stood. */
export interface PublicListener extends Closeable {
  readonly isListening: boolean;
  readonly isDraining: boolean;
  /** Gives the address it listens on. Throws `ADDRESS_IN_USE`. */
  listen(address: ListenAddress): Promise<URL>;
  /** Ends it without losing a request; see `drain.ts`. */
  drain(graceMs: number): Promise<DrainReport>;
}

/** How long an idle connection is kept: longer than the balancers in front of it keep theirs. */
const KEEP_ALIVE_MS = 75_000;
const HEAD_TIMEOUT_MS = 60_000;

const isWebSocketHandshake = ({ method, headers }: IncomingMessage): boolean =>
  method === "GET" && headers.upgrade?.toLowerCase() === "websocket";

function createHttpServer(maxHeaderSize: number): Server {
  return createServer({
    maxHeaderSize,
    noDelay: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEAD_TIMEOUT_MS,
    // An upload of any size may take any time; what stalls is bounded by the upstream's own times.
    requestTimeout: 0,
    insecureHTTPParser: false,
    // Any other upgrade is an ordinary request whose `Upgrade` nobody takes up (RFC 9110 §7.8).
    shouldUpgradeCallback: isWebSocketHandshake,
  });
}

/** What was wrong with bytes that never became a request, by the code of Node's parser. */
function toFault(error: Error): ErrorCode {
  switch (toNodeCode(error)) {
    case "HPE_HEADER_OVERFLOW":
      return "HEADERS_TOO_LARGE";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "REQUEST_TIMEOUT";
    default:
      return "REQUEST_MALFORMED";
  }
}

export function createPublicListener(options: PublicListenerOptions): PublicListener {
  const { logger, observer, maxHeaderBytes } = options;
  const server = createHttpServer(maxHeaderBytes);
  const sockets = createSocketRegistry();
  const active = new Set<ServerResponse>();
  const busy = new WeakSet<Duplex>();
  let isDraining = false;

  const handleRequest = createRequestHandler(options);
  const handleUpgrade = createUpgradeHandler({ ...options, sockets, isDraining: () => isDraining });

  const onDefect = (request: IncomingMessage, error: unknown): void => {
    logger.error({ method: request.method, error: toMessage(error) }, "An exchange failed");
    request.socket.destroy();
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    active.add(response);
    busy.add(socket);
    if (isDraining) response.shouldKeepAlive = false;
    response.once("close", () => {
      active.delete(response);
      busy.delete(socket);
    });
    handleRequest(request, response).catch((error: unknown) => onDefect(request, error));
  };

  server.on("request", onRequest);
  // Both go the way of any request: it is the upstream that knows what it expects (RFC 9110 §10.1.1).
  server.on("checkContinue", onRequest);
  server.on("checkExpectation", onRequest);
  server.on("upgrade", (request, socket, head) => {
    handleUpgrade(request, socket, head).catch((error: unknown) => onDefect(request, error));
  });
  server.on("clientError", (error, socket) => {
    // An answer that is under way cannot be followed by another, and who is gone wants none.
    if (busy.has(socket) || toNodeCode(error) === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const code = toFault(error);
    observer.requestRefused({ method: "unknown", code });
    if (code === "REQUEST_MALFORMED") answerMalformed(socket);
    else answerError(socket, code);
  });

  return {
    get isListening() {
      return server.listening;
    },
    get isDraining() {
      return isDraining;
    },
    listen: async (address) => listen(server, address),
    async drain(graceMs) {
      isDraining = true;
      return drain({ server, sockets, active, graceMs });
    },
    async close() {
      isDraining = true;
      for (const socket of sockets.list()) socket.close(1001, 0);
      server.closeAllConnections();
      if (!server.listening) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}
