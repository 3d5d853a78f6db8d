import type { Side } from "#routing/decide.ts";
import { type ExchangeOutline, isFailure } from "#routing/exchange.ts";
import type { SocketClose } from "#routing/upstream/index.ts";

/** One request as the guard sees it. */
export interface Outcome {
  readonly side: Side;
  readonly cohort: string;
  readonly isFailure: boolean;
  /** Native failed, and so did legacy, which was asked in its place. */
  readonly isShared: boolean;
  /** `undefined` where its length says nothing, as with a stream. */
  readonly durationMs: number | undefined;
}

/** Went without a close frame, or with "internal error" (RFC 6455 §7.4.1). */
const BROKEN_CODES: ReadonlySet<number> = new Set([1006, 1011]);

/** An operator's own tries are not drawn like everybody's, so they are no sample of anything. */
const isDrawn = ({ decision }: ExchangeOutline): boolean => decision.reason !== "override";

/**
 * What a finished request says of its side. Who left before the answer counts by how long they waited: a side that
 * hangs is left by everybody, and fails nobody. Pure.
 */
export function toOutcome(record: ExchangeOutline): Outcome | undefined {
  if (!isDrawn(record)) return undefined;
  const { decision, cohort, route, totalMs, status, nativeFailure } = record;
  // The legacy's answer in its place is nobody's draw, and hides nothing.
  if (nativeFailure !== undefined) {
    const isShared = isFailure(record);
    return { side: "native", cohort, isFailure: true, isShared, durationMs: undefined };
  }
  const isStream = route?.streams === true && status !== 101;
  return {
    side: decision.side,
    cohort,
    isFailure: isFailure(record),
    isShared: false,
    durationMs: isStream ? undefined : totalMs,
  };
}

/** What the end of a socket says of its side. Its handshake was counted as a request before. Pure. */
export function toSocketOutcome(record: ExchangeOutline, close: SocketClose): Outcome | undefined {
  if (!isDrawn(record)) return undefined;
  const isBroken = close.initiator === "upstream" && BROKEN_CODES.has(close.code);
  const { decision, cohort } = record;
  const { side } = decision;
  return { side, cohort, isFailure: isBroken, isShared: false, durationMs: undefined };
}
