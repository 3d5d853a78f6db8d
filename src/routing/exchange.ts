import { ERROR_CODES, type ErrorCode } from "#platform/errors.ts";
import type { Caller } from "#routing/caller.ts";
import type { Decision } from "#routing/decide.ts";
import type { Route } from "#routing/route.ts";
import type { ExchangePhases, SocketClose } from "#routing/upstream/upstream.ts";

/** The status of a record where the client left before it had its answer, as nginx has it. */
export const CLIENT_LEFT = 499;

export interface NativeFailure {
  readonly status: number;
  readonly errorCode: ErrorCode | undefined;
}

/** One finished request, as logs, metrics and the dashboard see it. It holds no secret and no raw identity. */
export interface ExchangeRecord extends ExchangePhases {
  readonly requestId: string;
  /** The trace id of a W3C `traceparent`, where the client sent one. */
  readonly traceId: string | undefined;
  readonly method: string;
  /** The route's template, or else the path as sent without its query, which may carry a token. */
  readonly path: string;
  readonly route: Route | undefined;
  readonly decision: Decision;
  /** A hash of the cohort key, stable for one subject. */
  readonly cohort: string;
  readonly caller: Caller;
  /** What the client saw, or `CLIENT_LEFT`. */
  readonly status: number;
  readonly errorCode: ErrorCode | undefined;
  /** What the native side would have answered, where it failed and the legacy answered in its place. */
  readonly nativeFailure?: NativeFailure | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decideMs: number;
  readonly totalMs: number;
}

/** What of a record is needed to steer by it; all of it can be told to another process. */
export type ExchangeOutline = Pick<
  ExchangeRecord,
  | "method"
  | "path"
  | "route"
  | "decision"
  | "cohort"
  | "caller"
  | "status"
  | "errorCode"
  | "nativeFailure"
  | "totalMs"
>;

/** Why a request went no further than the door. Its target is not told: nobody knows what it holds. */
export interface Refusal {
  readonly method: string;
  readonly code: ErrorCode;
}

/** Gets told what happened. Implementations must be quick and must not throw. */
export interface ExchangeObserver<Seen = ExchangeRecord> {
  requestStarted(): void;
  /** Once for each `requestStarted`. */
  requestEnded(record: Seen): void;
  /** A request whose target was not let in: it has no route and no side, and no record. */
  requestRefused(refusal: Refusal): void;
  socketOpened(record: Seen): void;
  /** Once for each `socketOpened`. */
  socketClosed(record: Seen, close: SocketClose): void;
}

/** True where the client did not get what it was owed: an answer of 500 and above, or one that broke off. */
export function isFailure({
  status,
  errorCode,
}: Pick<ExchangeRecord, "status" | "errorCode">): boolean {
  return status >= 500 || (errorCode !== undefined && ERROR_CODES[errorCode].status >= 500);
}

/** Tells several observers, in their order. */
export function composeObservers<Seen>(
  observers: readonly ExchangeObserver<Seen>[],
): ExchangeObserver<Seen> {
  return {
    requestStarted() {
      for (const observer of observers) observer.requestStarted();
    },
    requestEnded(record) {
      for (const observer of observers) observer.requestEnded(record);
    },
    requestRefused(refusal) {
      for (const observer of observers) observer.requestRefused(refusal);
    },
    socketOpened(record) {
      for (const observer of observers) observer.socketOpened(record);
    },
    socketClosed(record, close) {
      for (const observer of observers) observer.socketClosed(record, close);
    },
  };
}
