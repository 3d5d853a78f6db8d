import type { Clock } from "#platform/clock.ts";
import { ERROR_CODES } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import { type ExchangeObserver, type ExchangeRecord, isFailure } from "#routing/exchange.ts";

/** No name in a path of the API is longer; an id may be a person's, and what is longer still may be a token. */
const LONGEST_SEGMENT = 31;
/** The longest URL let in is far longer than a log line has use for. */
const LONGEST_PATH = 512;
/** Finds at one glance that nothing below applies, as with almost every path. */
const SUSPECT = /[?#;=@%]|[^/]{32}|.{513}/su;
/** Where a path ends and parameters begin, percent-encoded or not. */
const PARAMETERS = /(?:[?#;]|%3[fb]|%23).*$/isu;
/** A pair, an address, or something percent-encoded twice. */
const SUSPECT_SEGMENT = /[=@]|%3d|%40|%25/iu;

const toLoggableSegment = (segment: string): string =>
  segment.length > LONGEST_SEGMENT || SUSPECT_SEGMENT.test(segment) ? "[redacted]" : segment;

/**
 * The path without anything that could be a secret or a person: no query, no parameters, and no segment
 * that is as long as an id or looks like a pair or an address. Hostile paths come here as they were sent.
 */
export function toLoggablePath(path: string): string {
  if (!SUSPECT.test(path)) return path;
  const segments = path.replace(PARAMETERS, "").split("/");
  return segments.map(toLoggableSegment).join("/").slice(0, LONGEST_PATH);
}

const roundedMs = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms * 1000) / 1000;

/** What a line says of the exchange itself; `undefined` fields are left out of it. */
const fieldsOf = (record: ExchangeRecord): Readonly<Record<string, unknown>> => ({
  requestId: record.requestId,
  traceId: record.traceId,
  method: record.method,
  path: toLoggablePath(record.path),
  route: record.route?.id,
  concern: record.route?.concern,
  side: record.decision.side,
  reason: record.decision.reason,
  flag: record.decision.flag,
  cohort: record.cohort,
  status: record.status,
  errorCode: record.errorCode,
  nativeStatus: record.nativeFailure?.status,
  nativeErrorCode: record.nativeFailure?.errorCode,
  decideMs: roundedMs(record.decideMs),
  connectMs: roundedMs(record.connectMs),
  firstByteMs: roundedMs(record.firstByteMs),
  totalMs: roundedMs(record.totalMs),
});

/** 101: the handshake's line is the one that says "Socket opened". */
const SWITCHING_PROTOCOLS = 101;

export interface AccessLogOptions {
  readonly logger: Logger;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** How many good answers of the legacy get a line, each second; a second's worth may come at once. */
  readonly perSecond: number;
}

/** Lets so many through a second, evenly where there are more, and knows how many it has held back. */
function createValve({ clock, perSecond }: Omit<AccessLogOptions, "logger">): () => boolean {
  let open = perSecond;
  let seenMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    open = Math.min(perSecond, open + ((nowMs - seenMs) * perSecond) / 1000);
    seenMs = nowMs;
    if (open < 1) return false;
    open -= 1;
    return true;
  };
}

/** What nobody has to look into: the legacy has answered, and well. */
const isOrdinary = ({ decision, status, errorCode, nativeFailure }: ExchangeRecord): boolean =>
  decision.side === "legacy" &&
  status >= 200 &&
  status < 300 &&
  errorCode === undefined &&
  nativeFailure === undefined;

/**
 * One line for each request, and two for each socket: opened and closed. Failures are warnings, so that
 * `LOG_LEVEL=warn` shows them alone. Good answers of the legacy are logged up to a rate; the next one that is says
 * in `unlogged` how many were not.
 */
export function createAccessLog({ logger, clock, perSecond }: AccessLogOptions): ExchangeObserver {
  const isLet = createValve({ clock, perSecond });
  let unlogged = 0;
  return {
    requestStarted: () => {},
    requestEnded(record) {
      if (record.status === SWITCHING_PROTOCOLS) return;
      const isOne = isOrdinary(record);
      if (isOne && !isLet()) {
        unlogged += 1;
        return;
      }
      const { bytesIn, bytesOut } = record;
      const fields = { ...fieldsOf(record), bytesIn, bytesOut };
      if (isFailure(record)) logger.warn(fields, "Request failed");
      else if (isOne && unlogged > 0) {
        logger.info({ ...fields, unlogged }, "Request answered");
        unlogged = 0;
      } else logger.info(fields, "Request answered");
    },
    requestRefused: ({ method, code }) =>
      logger.warn({ method, status: ERROR_CODES[code].status, errorCode: code }, "Request refused"),
    socketOpened: (record) => logger.info(fieldsOf(record), "Socket opened"),
    socketClosed(record, { code, initiator, bytesIn, bytesOut }) {
      const { requestId, traceId, route, concern, side, cohort } = fieldsOf(record);
      const who = { requestId, traceId, route, concern, side, cohort };
      logger.info({ ...who, code, initiator, bytesIn, bytesOut }, "Socket closed");
    },
  };
}
