import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";

import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { type ListenAddress, listen } from "#platform/listen.ts";
import type { Logger } from "#platform/logger.ts";
import { answerError } from "#routing/raw-answer.ts";
import { createConnectionQueue } from "#server/connection-queue.ts";
import { drain, type DrainReport } from "#server/drain.ts";
import type { ExchangeDependencies } from "#server/exchange.ts";
import { createMalformedHandler } from "#server/handle-malformed.ts";
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
  /**
   * Accepts no new connection from now on, and serves those that are open as before. For who listens at the address with
   * others, so that nobody is sent away while some of them still accept.
   */
  stopAccepting(): void;
  /** Ends it without losing a request; see `drain.ts`. */
  drain(graceMs: number): Promise<DrainReport>;
}

/** How long an idle connection is kept: longer than the balancers in front of it keep theirs. */
const KEEP_ALIVE_MS = 75_000;
const HEAD_TIMEOUT_MS = 60_000;

/** HTTP/1.0 has no upgrades (RFC 9110 §7.8). */
const isWebSocketHandshake = ({ method, httpVersion, headers }: IncomingMessage): boolean =>
  method === "GET" && httpVersion === "1.1" && headers.upgrade?.toLowerCase() === "websocket";

function createHttpServer(maxHeaderSize: number): Server {
  return createServer({
    maxHeaderSize,
    noDelay: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEAD_TIMEOUT_MS,
    // An upload of any size may take any time; what stalls is bounded by the upstream's own times.
    requestTimeout: 0,
    insecureHTTPParser: false,
    // Admission refuses what lacks one, so that it is answered and counted like all that is refused.
    requireHostHeader: false,
    // Any other upgrade is an ordinary request whose `Upgrade` nobody takes up (RFC 9110 §7.8).
    shouldUpgradeCallback: isWebSocketHandshake,
  });
}

export function createPublicListener(options: PublicListenerOptions): PublicListener {
  const { logger, observer, maxHeaderBytes } = options;
  const server = createHttpServer(maxHeaderBytes);
  const sockets = createSocketRegistry();
  let openRequests = 0;
  const queue = createConnectionQueue();
  let isDraining = false;

  const handleRequest = createRequestHandler(options);
  const handleUpgrade = createUpgradeHandler({ ...options, sockets, isDraining: () => isDraining });

  /** Sees one exchange of a connection to its end; what it fails of is a defect. */
  async function finish(exchange: Promise<void>, socket: Duplex, done: () => void): Promise<void> {
    try {
      await exchange;
    } catch (error) {
      logger.error({ error: toMessage(error) }, "An exchange failed");
      socket.destroy();
    }
    done();
  }
  const noteClosed = (): void => {
    openRequests -= 1;
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    openRequests += 1;
    response.once("close", noteClosed);
    const begin = (done: () => void): void => {
      if (isDraining) response.shouldKeepAlive = false;
      void finish(handleRequest(request, response), socket, done);
    };
    queue.enter(socket, begin, response);
  };
  server.on("request", onRequest);
  // Both go the way of any request: it is the upstream that knows what it expects (RFC 9110 §10.1.1).
  server.on("checkContinue", onRequest);
  server.on("checkExpectation", onRequest);
  server.on("upgrade", (request, socket, head) => {
    // Node has let go of the connection: an answer that is under way on it can no longer be told from frames.
    if (queue.isBusy(socket)) socket.destroy();
    else
      queue.enter(
        socket,
        (done) => void finish(handleUpgrade(request, socket, head), socket, done),
      );
  });
  server.on("connect", (_request, socket) => answerError(socket, "METHOD_NOT_ALLOWED"));
  const onMalformed = createMalformedHandler(queue, (code) =>
    observer.requestRefused({ method: "unknown", code }),
  );
  server.on("clientError", onMalformed);

  return {
    get isListening() {
      return server.listening;
    },
    get isDraining() {
      return isDraining;
    },
    listen: async (address) => listen(server, address),
    stopAccepting: () => void NetServer.prototype.close.call(server),
    async drain(graceMs) {
      isDraining = true;
      return drain({
        server,
        sockets,
        answers: () => queue.answers(),
        openRequests: () => openRequests,
        graceMs,
      });
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
