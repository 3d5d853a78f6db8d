import { type ClientRequest, type IncomingMessage, request as sendRequest } from "node:http";
import type { Duplex } from "node:stream";

import type { Clock } from "#platform/clock.ts";
import { type ErrorCode, toNodeCode } from "#platform/errors.ts";
import type { TunnelConnection } from "#routing/upstream/tunnel-connection.ts";
import { holdClient } from "#routing/upstream/tunnel-hold.ts";
import type { ExchangePhases, ForwardPlan } from "#routing/upstream/upstream.ts";

/** More than any server of ours sends; Node's own 16 KB is less than some do. */
const MAX_ANSWER_HEAD_BYTES = 131_072;

type Ending =
  /** `upstreamHead` holds what came behind the 101. */
  | { readonly kind: "switched"; readonly answer: IncomingMessage; readonly upstreamHead: Buffer }
  | { readonly kind: "refused"; readonly answer: IncomingMessage }
  | { readonly kind: "failed"; readonly code: ErrorCode }
  | { readonly kind: "abandoned" };

/** What came of asking the upstream for a WebSocket. */
export interface Handshake {
  readonly ending: Ending;
  readonly phases: ExchangePhases;
  /** What the client has sent without waiting for the answer. */
  readonly clientHead: Buffer;
}

export interface HandshakeOptions {
  readonly connection: TunnelConnection;
  readonly clock: Clock;
  readonly plan: ForwardPlan;
  readonly client: Duplex;
  /** What the client sent behind its request. */
  readonly head: Buffer;
}

/**
 * Listens for as long as the socket lives: an error shows as the socket's end, and one that nobody hears
 * ends the process. It closes over nothing, so that it keeps nothing of the handshake.
 */
function ignoreError(): void {}

function toCode(error: unknown, hasConnected: boolean): ErrorCode {
  if (!hasConnected) return "UPSTREAM_UNREACHABLE";
  return toNodeCode(error).startsWith("HPE_") ? "UPSTREAM_MALFORMED" : "UPSTREAM_RESET";
}

/**
 * Sends the handshake of `plan` over a connection of its own. `result` never rejects; unless it is `switched` or
 * `refused`, that connection is gone when it resolves. `fail` ends it early.
 *
 * The request goes out through Node's HTTP client rather than over the bare socket: it sends raw headers in their order
 * and spelling, and its strict parser decides where the answer's head ends and whether it is one. After a 101 it lets go
 * of the socket, so a tunnel that is open holds two sockets and nothing of the exchange that opened it.
 */
export function startHandshake({ connection, clock, plan, client, head }: HandshakeOptions): {
  readonly result: Promise<Handshake>;
  readonly fail: (code: ErrorCode) => void;
} {
  const { promise: result, resolve } = Promise.withResolvers<Handshake>();
  const startedMs = clock.monotonicMs();
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  const { socket: upstream, readyEvent } = connection;
  upstream.on("error", ignoreError);

  let phases: ExchangePhases = {};
  let isSettled = false;
  const fail = (code: ErrorCode): void => settle({ kind: "failed", code });
  const hold = holdClient(client, head, () => settle({ kind: "abandoned" }));
  let timer = setTimeout(() => fail("UPSTREAM_CONNECT_TIMEOUT"), plan.timeouts.connectMs);

  function settle(ending: Ending): void {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    const clientHead = hold.release();
    resolve({ ending, phases, clientHead });
    if (ending.kind === "failed" || ending.kind === "abandoned") upstream.destroy();
  }

  upstream.once(readyEvent, () => {
    phases = { connectMs: elapsedMs() };
    clearTimeout(timer);
    timer = setTimeout(() => fail("UPSTREAM_TIMEOUT"), plan.timeouts.firstByteMs);
  });

  const answered = (ending: Ending): void => {
    phases = { ...phases, firstByteMs: elapsedMs() };
    settle(ending);
  };
  const listen = (request: ClientRequest): void => {
    request.on("upgrade", (answer, _socket, upstreamHead) => {
      // What comes now is for whoever takes over, and nobody has yet.
      upstream.pause();
      if (answer.headers.upgrade?.toLowerCase() !== "websocket") fail("UPSTREAM_MALFORMED");
      else answered({ kind: "switched", answer, upstreamHead });
    });
    request.on("response", (answer) =>
      // A 101 that names no protocol to switch to (RFC 9110 §7.8 demands it) comes as a plain answer.
      answer.statusCode === 101
        ? fail("UPSTREAM_MALFORMED")
        : answered({ kind: "refused", answer }),
    );
    request.on("error", (error) => fail(toCode(error, phases.connectMs !== undefined)));
    request.end();
  };

  try {
    listen(
      sendRequest({
        createConnection: () => upstream,
        method: "GET",
        path: plan.target,
        // Always this protocol, whatever the client asked for: a tunnel to `h2c` would pass requests unseen.
        headers: [...plan.headers, "Connection", "Upgrade", "Upgrade", "websocket"],
        maxHeaderSize: MAX_ANSWER_HEAD_BYTES,
      }),
    );
  } catch {
    // Node refuses to send names, values and targets that would change the request's shape, such as CR or LF.
    fail("REQUEST_MALFORMED");
  }
  return { result, fail };
}
