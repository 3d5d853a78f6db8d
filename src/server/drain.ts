import type { Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { setImmediate, setTimeout as delay } from "node:timers/promises";

import { SERVICE_RESTART, type TunnelledSocket } from "#routing/upstream/index.ts";
import type { SocketRegistry } from "#server/socket-registry.ts";

export interface DrainOptions {
  readonly server: Server;
  readonly sockets: SocketRegistry;
  /** Answers that are under way. */
  readonly answers: () => Iterable<ServerResponse>;
  /** How many requests have come whose answer is not complete. */
  readonly openRequests: () => number;
  readonly graceMs: number;
}

export interface DrainReport {
  /** Requests and sockets that had not ended when the grace was over. */
  readonly cutRequests: number;
  readonly cutSockets: number;
}

/** The part of the grace over which the closing of sockets is spread. */
const SPREAD_SHARE = 1 / 3;
/** The part of it that each of them may take: an answer under way comes out first. The last ends within the grace, too. */
const ENDING_SHARE = 0.6;

/** Closes sockets one after another, so that their clients do not all come back in one instant. */
async function closeSockets(
  open: readonly TunnelledSocket[],
  graceMs: number,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const spreadMs = graceMs * SPREAD_SHARE;
  const gapMs = spreadMs / Math.max(open.length, 1);
  let owedMs = 0;
  for (const socket of open) {
    socket.close(SERVICE_RESTART, graceMs * ENDING_SHARE);
    owedMs += gapMs;
    if (owedMs < 1) continue;
    // oxlint-disable-next-line no-await-in-loop -- the pauses between closes are the point
    await wait(owedMs);
    owedMs = 0;
  }
}

/**
 * Ends a listener without losing a request. In this order: no new connection is accepted; every answer from
 * now on says `Connection: close`; idle connections get a moment to send a request that is already under
 * way before they are closed; sockets are closed with 1012, spread out; what is left when `graceMs` is over
 * is cut. Resolves when nothing is open.
 */
export async function drain({
  server,
  sockets,
  answers,
  openRequests,
  graceMs,
}: DrainOptions): Promise<DrainReport> {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  // Not `server.close()`: that one also cuts idle keep-alive connections at once, and with them the
  // requests that their clients have just sent.
  NetServer.prototype.close.call(server, () => resolve());
  for (const response of answers()) response.shouldKeepAlive = false;

  const timers = new AbortController();
  const wait = async (ms: number): Promise<void> =>
    delay(ms, undefined, { signal: timers.signal }).catch(() => {});
  void wait(graceMs / 4).then(() => server.closeIdleConnections());
  void closeSockets(sockets.list(), graceMs, wait);
  // A tunnelled socket is a connection of the server too, so this waits for both kinds.
  await Promise.race([stopped, wait(graceMs)]);
  timers.abort();

  // A socket's own end is told a moment after its connection's, in the loop's next round where a library carries it.
  await setImmediate();
  await setImmediate();
  const report = { cutRequests: openRequests(), cutSockets: sockets.size };
  for (const socket of sockets.list()) socket.close(SERVICE_RESTART, 0);
  server.closeAllConnections();
  return report;
}
