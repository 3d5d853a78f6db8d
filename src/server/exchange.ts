import type { IncomingMessage } from "node:http";

import type { Clock } from "#platform/clock.ts";
import type { ErrorCode } from "#platform/errors.ts";
import type { Trust } from "#platform/trust.ts";
import { RequestCaller } from "#routing/caller.ts";
import { toCorsHeaders } from "#routing/cors.ts";
import type { Deprecations } from "#routing/deprecation.ts";
import type { EdgeAuth } from "#routing/edge-auth.ts";
import type { ExchangeObserver, ExchangeRecord, NativeFailure } from "#routing/exchange.ts";
import { clientAddress } from "#routing/forwarding.ts";
import { toUpstreamHeaders } from "#routing/headers.ts";
import type { LegacyExchange, Onlooker } from "#routing/legacy-exchange.ts";
import { pathOf } from "#routing/match-route.ts";
import type { NativeSide } from "#routing/native.ts";
import type { Resolution, Resolver } from "#routing/resolve.ts";
import type { RouteTimeouts } from "#routing/route.ts";
import type { ExchangePhases, ForwardPlan, RawHeaders, Upstream } from "#routing/upstream/index.ts";
import { toRequestId, toTraceId } from "#server/request-id.ts";

/** What both kinds of exchange, request and socket, are carried out with. */
export interface ExchangeDependencies {
  readonly resolve: Resolver;
  readonly upstream: Upstream;
  readonly native: NativeSide;
  readonly observer: ExchangeObserver;
  /** Verifies tokens in front of the legacy. Default: nobody does. */
  readonly edgeAuth?: EdgeAuth;
  /** Who may look on at the legacy leg. Default: nobody. */
  readonly onlookers?: readonly Onlooker[];
  readonly clock: Clock;
  readonly createRequestId: () => string;
  readonly trust: Trust;
  /** For routes without times of their own. */
  readonly timeouts: RouteTimeouts;
  readonly maxUrlBytes: number;
  readonly maxBodyBytes: number | undefined;
  /** Sent to the legacy instead of the client's `Host`. */
  readonly legacyHost: string | undefined;
  /** Whose pages may read Banyan's own answers. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Whether answers carry `x-banyan-side`. */
  readonly exposeSide: boolean;
  /** Which routes will not stay. Default: none says so. */
  readonly deprecations?: Deprecations;
}

/** One request or handshake that was admitted and decided. */
export interface Exchange extends LegacyExchange {
  readonly startedAtMs: number;
  readonly decideMs: number;
  /** `x-banyan-side` of the side that was chosen, and what is to be said of the route on either. */
  readonly sideHeaders: RawHeaders;
}

const NO_HEADERS: RawHeaders = [];
const SIDE_HEADERS = {
  legacy: ["x-banyan-side", "legacy"],
  native: ["x-banyan-side", "native"],
} as const satisfies Record<string, RawHeaders>;

function toSideHeaders(
  { match, decision: { side } }: Resolution,
  { exposeSide, deprecations }: ExchangeDependencies,
): RawHeaders {
  const headers = exposeSide ? SIDE_HEADERS[side] : NO_HEADERS;
  return deprecations === undefined ? headers : deprecations.addTo(headers, match?.route.id);
}

/** Finds out who asks for what, and on which side it is answered. `method` is `WS` for a handshake. */
export function beginExchange(
  dependencies: ExchangeDependencies,
  { request, target, method }: { request: IncomingMessage; target: string; method: string },
): Exchange {
  const { resolve, clock, createRequestId, trust } = dependencies;
  const startedAtMs = clock.monotonicMs();
  const address = request.socket.remoteAddress ?? "";
  const client = clientAddress(address, request.headers["x-forwarded-for"], trust);
  const resolution = resolve({ method, target, headers: request.headers, clientAddress: client });
  return {
    request,
    target,
    requestId: toRequestId(request.headers["x-request-id"], createRequestId),
    resolution,
    startedAtMs,
    decideMs: clock.monotonicMs() - startedAtMs,
    sideHeaders: toSideHeaders(resolution, dependencies),
    peer: { address, client },
  };
}

/** A route's own times are for what takes longer than others; a longer setting holds for it too. */
function toLonger(
  { connectMs, firstByteMs }: RouteTimeouts,
  own: Partial<RouteTimeouts> = {},
): RouteTimeouts {
  return {
    connectMs: Math.max(connectMs, own.connectMs ?? 0),
    firstByteMs: Math.max(firstByteMs, own.firstByteMs ?? 0),
  };
}

/** What the legacy leg sends for this exchange; `more` is what one kind of exchange adds. */
export function toPlan(
  { request, target, resolution, requestId, sideHeaders, peer }: Exchange,
  { timeouts, maxBodyBytes, legacyHost, trust, allowedOrigins }: ExchangeDependencies,
  more: Pick<ForwardPlan, "refusal" | "tap" | "socketTap"> = {},
): ForwardPlan {
  const headers = toUpstreamHeaders(request.rawHeaders, {
    peerAddress: peer.address,
    trust,
    requestId,
    host: legacyHost,
  });
  return {
    target,
    headers,
    answerHeaders: sideHeaders,
    // A browser shows its page nothing of an answer without these, and an operator needs the id.
    failureHeaders: () => [
      ...sideHeaders,
      "x-request-id",
      requestId,
      ...Object.entries(toCorsHeaders(request.headers.origin, allowedOrigins)).flat(),
    ],
    timeouts: toLonger(timeouts, resolution.match?.route.timeouts),
    maxBodyBytes,
    ...more,
  };
}

/** How an exchange ended, as far as its record tells. */
export interface ExchangeEnd extends ExchangePhases {
  readonly status: number;
  readonly errorCode?: ErrorCode | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly nativeFailure?: NativeFailure | undefined;
}

/** The same exchange, gone over to the legacy because the native side has failed. */
export function toFallback(exchange: Exchange, dependencies: ExchangeDependencies): Exchange {
  const { flag } = exchange.resolution.decision;
  const decision = { side: "legacy", reason: "native-failed", flag } as const;
  const resolution = { ...exchange.resolution, decision };
  return { ...exchange, resolution, sideHeaders: toSideHeaders(resolution, dependencies) };
}

/** The record of an exchange that ended at `nowMs` of the monotonic clock. */
export function toRecord(exchange: Exchange, end: ExchangeEnd, nowMs: number): ExchangeRecord {
  const { request, requestId, target, resolution, startedAtMs, decideMs } = exchange;
  const route = resolution.match?.route;
  return {
    requestId,
    traceId: toTraceId(request.headers["traceparent"]),
    method: request.method ?? "",
    // A template instead of the path where there is one: a path can hold the id of a person.
    path: route?.path ?? pathOf(target),
    route,
    decision: resolution.decision,
    cohort: resolution.cohort.hash,
    caller: new RequestCaller({
      headers: request.headers,
      target,
      positionOf: resolution.positionOf,
    }),
    status: end.status,
    errorCode: end.errorCode,
    nativeFailure: end.nativeFailure,
    bytesIn: end.bytesIn,
    bytesOut: end.bytesOut,
    decideMs,
    connectMs: end.connectMs,
    firstByteMs: end.firstByteMs,
    totalMs: nowMs - startedAtMs,
  };
}
