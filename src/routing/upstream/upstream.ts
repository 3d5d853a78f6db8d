import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import type { AppError, ErrorCode } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { RouteTimeouts } from "#routing/route.ts";
import type { ExchangeTap, SocketTap } from "#routing/upstream/tap.ts";

/** Names and values in turn, in the order and spelling of the wire: the form of Node's `rawHeaders`. */
export type RawHeaders = readonly string[];

/** What is sent upstream for one request. Nothing here is derived again by an engine. */
export interface ForwardPlan {
  /** The origin-form target, exactly as the client sent it. */
  readonly target: string;
  /** The request's headers for the upstream; framing headers included. */
  readonly headers: RawHeaders;
  /** Headers added to the answer that the client sees, such as `x-banyan-side`. */
  readonly answerHeaders: RawHeaders;
  /** Headers of Banyan's own answer where the upstream gives none; asked for only then. */
  readonly failureHeaders: () => RawHeaders;
  readonly timeouts: RouteTimeouts;
  /** Bytes of request body after which the exchange ends in 413; `undefined` passes any size. */
  readonly maxBodyBytes: number | undefined;
  /** Why Banyan refuses it: the client gets the answer to that, and nothing is sent upstream. */
  readonly refusal?: AppError | undefined;
  /** Looks on; absent where nobody asked to. */
  readonly tap?: ExchangeTap | undefined;
  /** Looks on at a tunnel from its 101 onwards. */
  readonly socketTap?: SocketTap | undefined;
}

/** Milliseconds since the exchange was handed over; a phase that was not reached is missing. */
export interface ExchangePhases {
  readonly connectMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
}

/**
 * How an exchange ended. In every case the client has been dealt with: answered, or its connection
 * broken where an answer had begun and could not be completed.
 */
export type ForwardOutcome = ExchangePhases & {
  readonly bytesIn: number;
  readonly bytesOut: number;
} & (
    | { readonly kind: "answered"; readonly status: number }
    /** No answer of the upstream had begun; the client got Banyan's own for this code. */
    | { readonly kind: "failed"; readonly code: ErrorCode }
    /** The upstream was lost in mid-answer; the client's connection was broken. */
    | { readonly kind: "cut"; readonly status: number }
    /** The client left first; the upstream request was cancelled. */
    | { readonly kind: "abandoned" }
  );

/** How the handshake of a tunnelled WebSocket ended. */
export type TunnelOutcome = ExchangePhases &
  (
    | { readonly kind: "opened"; readonly socket: TunnelledSocket }
    /** The upstream answered the handshake with something else than 101; the client has that answer. */
    | { readonly kind: "refused"; readonly status: number }
    | { readonly kind: "failed"; readonly code: ErrorCode }
    | { readonly kind: "abandoned" }
  );

export interface SocketClose {
  /** The close code seen on the wire; 1006 where the connection went without a close frame (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly initiator: "client" | "upstream" | "proxy";
  /** Bytes of frames passed on to the upstream; `bytesOut` to the client. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Service restart (RFC 6455 §7.4.1, IANA). The legacy closes its sockets with it on every deploy. */
export const SERVICE_RESTART = 1012;

/** An open WebSocket between a client and the upstream. */
export interface TunnelledSocket {
  /** Resolves when both directions have ended; never rejects. */
  readonly closed: Promise<SocketClose>;
  /**
   * Sends a close frame to both ends, between frames and never inside one, and ends the connection when
   * they have answered or `graceMs` is over. A second call sends nothing more; it may bring the end nearer.
   */
  close(code: number, graceMs: number): void;
}

/**
 * The legacy leg: the bytes of one request to the upstream and the bytes of its answer back. Engines may
 * differ in how; one suite holds them all to this. No method ever rejects.
 */
export interface Upstream extends Closeable {
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    plan: ForwardPlan,
  ): Promise<ForwardOutcome>;
  /** Node's `upgrade` arguments; `head` holds what the client sent behind its handshake. */
  tunnel(
    client: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
    plan: ForwardPlan,
  ): Promise<TunnelOutcome>;
}
