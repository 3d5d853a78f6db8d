import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { ERROR_CODES, type ErrorCode } from "#platform/errors.ts";
import { admit } from "#routing/admission.ts";
import { acceptAndClose } from "#routing/edge-auth-close.ts";
import { CLIENT_LEFT, type ExchangeRecord } from "#routing/exchange.ts";
import { answerError } from "#routing/raw-answer.ts";
import {
  composeSocketTaps,
  SERVICE_RESTART,
  type TunnelledSocket,
  type TunnelOutcome,
} from "#routing/upstream/index.ts";
import {
  beginExchange,
  type Exchange,
  type ExchangeDependencies,
  type ExchangeEnd,
  toPlan,
  toRecord,
} from "#server/exchange.ts";
import type { SocketRegistry } from "#server/socket-registry.ts";

const SWITCHING_PROTOCOLS = 101;
/** For a socket that opens while the process drains. */
const DRAIN_GRACE_MS = 1000;

type Ending = Pick<ExchangeEnd, "status" | "errorCode">;

function endingOf(outcome: TunnelOutcome): Ending {
  switch (outcome.kind) {
    case "opened":
      return { status: SWITCHING_PROTOCOLS };
    case "refused":
      return { status: outcome.status };
    case "failed":
      return { status: ERROR_CODES[outcome.code].status, errorCode: outcome.code };
    case "abandoned":
      return { status: CLIENT_LEFT };
  }
}

export interface UpgradeOptions extends ExchangeDependencies {
  readonly sockets: SocketRegistry;
  readonly isDraining: () => boolean;
}

interface Client {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

async function tunnel(
  client: Client,
  exchange: Exchange,
  options: UpgradeOptions,
): Promise<TunnelOutcome> {
  const { upstream, edgeAuth, onlookers } = options;
  const judged = edgeAuth?.check(exchange);
  const refusal = judged === undefined ? undefined : await judged;
  if (refusal !== undefined) {
    acceptAndClose(client, refusal, exchange.sideHeaders);
    // Its record says what the close frame did: a bare 101 would look like an open socket.
    return { kind: "failed", code: refusal.code };
  }
  const socketTap =
    onlookers && composeSocketTaps(onlookers.map((onlooker) => onlooker.socketTap(exchange)));
  return upstream.tunnel(client, toPlan(exchange, options, { socketTap }));
}

/**
 * Opens the socket on the side that was chosen. Whatever the path, the upstream answers on the legacy leg, so that
 * one which is no socket is refused as the legacy refuses it.
 */
async function open(
  client: Client,
  exchange: Exchange,
  options: UpgradeOptions,
): Promise<TunnelOutcome> {
  const { resolution, requestId, sideHeaders } = exchange;
  if (resolution.decision.side === "legacy" || resolution.match === undefined) {
    return tunnel(client, exchange, options);
  }
  const answerHeaders = [...sideHeaders, "x-request-id", requestId];
  return options.native.open({ ...client, answerHeaders }, resolution.match, requestId);
}

/** Carries one WebSocket handshake: admit, decide, and the tunnel or a native side. */
export function createUpgradeHandler(
  options: UpgradeOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void> {
  const { observer, clock, sockets, isDraining, maxUrlBytes } = options;

  // Apart from the handler, because whatever a function holds while it waits for a socket to close is held
  // for hours, and a handshake with its buffers costs more than the socket itself.
  const watch = (socket: TunnelledSocket, record: ExchangeRecord): void => {
    observer.socketOpened(record);
    sockets.add(socket);
    // The handshake was under way when the drain looked for sockets.
    if (isDraining()) socket.close(SERVICE_RESTART, DRAIN_GRACE_MS);
    void socket.closed.then((close) => observer.socketClosed(record, close));
  };
  return async (request, socket, head) => {
    // Nothing else listens before the tunnel does, and a reset without a listener ends the process.
    socket.on("error", () => socket.destroy());
    const refuse = (code: ErrorCode): void => {
      observer.requestRefused({ method: "WS", code });
      answerError(socket, code);
    };
    const admission = admit(request, { maxUrlBytes, isUpgrade: true });
    if (admission.kind === "refused") return refuse(admission.code);
    if (isDraining()) return refuse("DRAINING");

    observer.requestStarted();
    const { target } = admission;
    const exchange = beginExchange(options, { request, target, method: "WS" });
    const outcome = await open({ request, socket, head }, exchange, options);
    const end = { ...outcome, ...endingOf(outcome), bytesIn: 0, bytesOut: 0 };
    const record = toRecord(exchange, end, clock.monotonicMs());
    observer.requestEnded(record);
    if (outcome.kind !== "opened") return;
    watch(outcome.socket, record);
  };
}
