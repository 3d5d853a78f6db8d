import type { Durations, Metrics, Tally } from "#platform/metrics.ts";
import {
  CLIENT_LEFT,
  type ExchangeObserver,
  type ExchangeRecord,
  isFailure,
} from "#routing/exchange.ts";
import type { Route } from "#routing/route.ts";
import type { SocketClose } from "#routing/upstream/upstream.ts";

/** OpenTelemetry's known methods (RFC 9110 §9, RFC 5789); any other is `_OTHER`. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "TRACE",
]);

const UNMATCHED = "unmatched";

/** Everything that one kind of exchange adds to, looked up once. */
interface Kind {
  readonly decision: Tally;
  readonly serverDuration: Durations;
  /** Missing where nothing was sent upstream. */
  readonly clientDuration: Durations | undefined;
  readonly legacyHit: Tally | undefined;
  readonly upstreamError: Tally | undefined;
}

/** OpenTelemetry's `error.type`: our code for it, else the status. */
function errorTypeOf(record: ExchangeRecord): { readonly error_type?: string } {
  if (!isFailure(record)) return {};
  return { error_type: record.errorCode ?? String(record.status) };
}

function upstreamErrorOf({ errorCode }: ExchangeRecord): string | undefined {
  return errorCode?.startsWith("UPSTREAM_") === true ? errorCode : undefined;
}

/** What the upstream attempt ended with; `undefined` where there was none. */
function attemptOf(
  record: ExchangeRecord,
): { readonly http_response_status_code?: string; readonly error_type?: string } | undefined {
  const error = upstreamErrorOf(record);
  if (record.decision.side === "native") return undefined;
  if (record.firstByteMs !== undefined) {
    return {
      http_response_status_code: String(record.status),
      ...(error !== undefined && { error_type: error }),
    };
  }
  if (error !== undefined) return { error_type: error };
  // The client left while the upstream was thinking; leaving these out would hide the longest waits.
  return record.status === CLIENT_LEFT ? { error_type: "abandoned" } : undefined;
}

/** Codes of RFC 6455 and the legacy's own; a client can send any number, and each would be a new series. */
const KNOWN_CLOSE_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 4000, 4001,
  4003, 4008, 4009,
]);

const toCodeLabel = (code: number): string =>
  KNOWN_CLOSE_CODES.has(code) ? String(code) : "other";

/** Whether two exchanges of one route are counted as the same kind. */
const isAlike = (one: ExchangeRecord, other: ExchangeRecord): boolean =>
  one.status === other.status &&
  one.method === other.method &&
  one.decision.side === other.decision.side &&
  one.decision.reason === other.decision.reason &&
  one.errorCode === other.errorCode &&
  (one.firstByteMs === undefined) === (other.firstByteMs === undefined);

/** Counts every exchange under OpenTelemetry's HTTP names, and every decision under our own. */
export function createMetricsObserver(metrics: Metrics): ExchangeObserver {
  const active = metrics.level({
    name: "http_server_active_requests",
    help: "Requests that are not answered yet",
    labels: [],
  })({});
  const serverDuration = metrics.durations({
    name: "http_server_request_duration_seconds",
    help: "From the request's head to the end of its answer",
    labels: ["http_request_method", "http_route", "http_response_status_code", "error_type"],
  });
  const clientDuration = metrics.durations({
    name: "http_client_request_duration_seconds",
    help: "From the hand-over of a request to the upstream to the first byte of its answer",
    labels: ["http_request_method", "http_route", "http_response_status_code", "error_type"],
  });
  const decisions = metrics.counter({
    name: "compat_route_decisions_total",
    help: "Where requests went, and by which rule",
    labels: ["concern", "route", "side", "reason"],
  });
  const legacyHits = metrics.counter({
    name: "compat_legacy_hits_total",
    help: "Requests that the legacy side took",
    labels: ["route"],
  });
  const upstreamErrors = metrics.counter({
    name: "compat_upstream_errors_total",
    help: "Requests that the upstream did not answer in full",
    labels: ["code"],
  });
  const refusals = metrics.counter({
    name: "compat_requests_refused_total",
    help: "Requests that were not let in, by the code of the answer",
    labels: ["code"],
  });
  const openSockets = metrics.level({
    name: "compat_ws_connections",
    help: "Open WebSockets",
    labels: ["side"],
  });
  const closes = metrics.counter({
    name: "compat_ws_close_total",
    help: "WebSockets closed, by close code and who closed first",
    labels: ["code", "initiator"],
  });

  function createKind(record: ExchangeRecord, method: string): Kind {
    const { route, decision, status } = record;
    const { side, reason } = decision;
    const id = route?.id ?? UNMATCHED;
    const http = { http_request_method: method, http_route: route?.path ?? UNMATCHED };
    const attempt = attemptOf(record);
    const error = upstreamErrorOf(record);
    return {
      decision: decisions({ concern: route?.concern ?? UNMATCHED, route: id, side, reason }),
      serverDuration: serverDuration({
        ...http,
        http_response_status_code: String(status),
        ...errorTypeOf(record),
      }),
      clientDuration: attempt && clientDuration({ ...http, ...attempt }),
      legacyHit: side === "legacy" ? legacyHits({ route: id }) : undefined,
      upstreamError: error === undefined ? undefined : upstreamErrors({ code: error }),
    };
  }

  const kinds = new Map<string, Kind>();
  /** The latest of each route: mostly the next one is like it. */
  const latest = new Map<
    Route | undefined,
    { readonly record: ExchangeRecord; readonly kind: Kind }
  >();

  function kindOf(record: ExchangeRecord): Kind {
    const last = latest.get(record.route);
    if (last !== undefined && isAlike(last.record, record)) return last.kind;
    const kind = findKind(record);
    latest.set(record.route, { record, kind });
    return kind;
  }

  function findKind(record: ExchangeRecord): Kind {
    const { route, decision, status, errorCode, firstByteMs } = record;
    const method = KNOWN_METHODS.has(record.method) ? record.method : "_OTHER";
    const answer = `${status} ${errorCode} ${firstByteMs === undefined}`;
    const key = `${method} ${route?.id} ${decision.side} ${decision.reason} ${answer}`;
    const known = kinds.get(key);
    if (known !== undefined) return known;
    const created = createKind(record, method);
    kinds.set(key, created);
    return created;
  }

  return {
    requestStarted: () => active.add(),
    requestEnded(record) {
      active.add(-1);
      const kind = kindOf(record);
      kind.decision.add();
      kind.serverDuration.observe(record.totalMs / 1000);
      kind.clientDuration?.observe((record.firstByteMs ?? record.totalMs) / 1000);
      kind.legacyHit?.add();
      kind.upstreamError?.add();
    },
    requestRefused: ({ code }) => refusals({ code }).add(),
    socketOpened: ({ decision }) => openSockets({ side: decision.side }).add(),
    socketClosed({ decision }, { code, initiator }: SocketClose) {
      openSockets({ side: decision.side }).add(-1);
      closes({ code: toCodeLabel(code), initiator }).add();
    },
  };
}
