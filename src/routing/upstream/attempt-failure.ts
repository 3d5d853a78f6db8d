import { type ErrorCode, toNodeCode } from "#platform/errors.ts";
import type { ClientLeg } from "#routing/upstream/client-leg.ts";

/** Safe to ask twice, and without a body there is nothing that the first time could have used up. */
const REPEATABLE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const CLOSED: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** Whether a request may be sent again that was lost on a kept connection before a byte came back. */
export function isRepeatable({ hasBody, request }: ClientLeg, error: unknown): boolean {
  return !hasBody && REPEATABLE_METHODS.has(request.method ?? "") && CLOSED.has(toNodeCode(error));
}

/** What it means that a connection was lost before its answer began. */
export function toLossCode(error: unknown, isConnected: boolean): ErrorCode {
  if (isConnected) return "UPSTREAM_RESET";
  return toNodeCode(error) === "ETIMEDOUT" ? "UPSTREAM_CONNECT_TIMEOUT" : "UPSTREAM_UNREACHABLE";
}

/** Whose silence it was: while the upstream takes what it gets, it is the client that owes a body. */
export function toSilenceCode(
  { hasBody, request, isAwaitingContinue, bytesIn }: ClientLeg,
  isUpstreamFull: boolean,
): ErrorCode {
  const isUpstreamsTurn =
    !hasBody || request.readableEnded || isUpstreamFull || (isAwaitingContinue && bytesIn === 0);
  return isUpstreamsTurn ? "UPSTREAM_TIMEOUT" : "REQUEST_TIMEOUT";
}
