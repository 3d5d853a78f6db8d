import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { mayFallBack } from "#delivery/guard/index.ts";
import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, ERROR_CODES, type ErrorCode } from "#platform/errors.ts";
import { admit } from "#routing/admission.ts";
import { CLIENT_LEFT } from "#routing/exchange.ts";
import { composeExchangeTaps, type ForwardOutcome } from "#routing/upstream/index.ts";
import {
  beginExchange,
  type Exchange,
  type ExchangeDependencies,
  type ExchangeEnd,
  toFallback,
  toPlan,
  toRecord,
} from "#server/exchange.ts";

function endOf(outcome: ForwardOutcome): ExchangeEnd {
  switch (outcome.kind) {
    case "answered":
      return outcome;
    case "failed":
      return { ...outcome, status: ERROR_CODES[outcome.code].status, errorCode: outcome.code };
    case "cut":
      return { ...outcome, errorCode: "UPSTREAM_RESET" };
    case "abandoned":
      return { ...outcome, status: CLIENT_LEFT };
  }
}

const isAwaitingContinue = ({ headers, httpVersion }: IncomingMessage): boolean =>
  httpVersion === "1.1" && headers.expect?.toLowerCase() === "100-continue";

async function forwardToLegacy(
  exchange: Exchange,
  response: ServerResponse,
  dependencies: ExchangeDependencies,
): Promise<ExchangeEnd> {
  const { upstream, edgeAuth, onlookers } = dependencies;
  const judged = edgeAuth?.check(exchange);
  const refusal = judged === undefined ? undefined : await judged;
  // What is refused does not pass, so there is nothing to look on at.
  const tap =
    refusal === undefined && onlookers !== undefined
      ? composeExchangeTaps(onlookers.map((onlooker) => onlooker.requestTap(exchange)))
      : undefined;
  const plan = toPlan(exchange, dependencies, { refusal, tap });
  return endOf(await upstream.forward(exchange.request, response, plan));
}

/** An exchange as it was carried out: it may have changed its side. */
interface Ended {
  readonly exchange: Exchange;
  readonly end: ExchangeEnd;
}

async function answerNatively(
  exchange: Exchange,
  response: ServerResponse,
  dependencies: ExchangeDependencies,
): Promise<Ended> {
  const { request, requestId, resolution, sideHeaders } = exchange;
  const { match, decision } = resolution;
  if (match === undefined) throw new TypeError("A native answer needs a route");
  for (let index = 0; index + 1 < sideHeaders.length; index += 2) {
    response.setHeader(sideHeaders[index] ?? "", sideHeaders[index + 1] ?? "");
  }
  // A native side reads its body whatever the client expects first (RFC 9110 §10.1.1).
  if (isAwaitingContinue(request)) response.writeContinue();
  const yields = (status: number): boolean =>
    mayFallBack({
      method: request.method ?? "",
      route: match.route,
      hasBegun: response.headersSent,
      status,
      isClientGone: response.destroyed,
      isOverride: decision.reason === "override",
    });
  const { kind, ...outcome } = await dependencies.native.handle(
    { request, response, yields },
    match,
    requestId,
  );
  if (kind === "yielded") {
    const fallback = toFallback(exchange, dependencies);
    const end = await forwardToLegacy(fallback, response, dependencies);
    return { exchange: fallback, end: { ...end, nativeFailure: outcome } };
  }
  const bytesIn = Number(request.headers["content-length"] ?? 0);
  const bytesOut = Number(response.getHeader("content-length") ?? 0);
  return { exchange, end: { ...outcome, bytesIn, bytesOut } };
}

/** Answers a request that goes to neither side. Its body is not read, so its connection ends with it. */
export function refuseRequest(response: ServerResponse, code: ErrorCode): void {
  const answer = toErrorAnswer(new AppError(code));
  response.shouldKeepAlive = false;
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/**
 * Carries one HTTP request from its first byte to its record: admit, decide, then the legacy leg or a
 * native side. No body is parsed on the way to either.
 */
export function createRequestHandler(
  dependencies: ExchangeDependencies,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { observer, clock, maxUrlBytes } = dependencies;
  return async (request, response) => {
    const { method = "GET" } = request;
    const admission = admit(request, { maxUrlBytes, isUpgrade: false });
    if (admission.kind === "refused") {
      const closed = once(response, "close");
      observer.requestRefused({ method, code: admission.code });
      refuseRequest(response, admission.code);
      await closed;
      return;
    }
    observer.requestStarted();
    const begun = beginExchange(dependencies, { request, target: admission.target, method });
    const { exchange, end } =
      begun.resolution.decision.side === "native"
        ? await answerNatively(begun, response, dependencies)
        : { exchange: begun, end: await forwardToLegacy(begun, response, dependencies) };
    observer.requestEnded(toRecord(exchange, end, clock.monotonicMs()));
  };
}
