import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, ERROR_CODES } from "#platform/errors.ts";
import type { ForwardOutcome } from "#routing/upstream/index.ts";
import { admit } from "#server/admission.ts";
import {
  beginExchange,
  type Exchange,
  type ExchangeDependencies,
  type ExchangeEnd,
  toPlan,
  toRecord,
} from "#server/exchange.ts";

/** 499 as nginx has it: the client left before it had its answer. */
const CLIENT_LEFT = 499;

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

async function answerNatively(
  exchange: Exchange,
  response: ServerResponse,
  { native }: ExchangeDependencies,
): Promise<ExchangeEnd> {
  const { request, requestId, resolution, sideHeaders } = exchange;
  if (resolution.match === undefined) throw new TypeError("A native answer needs a route");
  for (let index = 0; index + 1 < sideHeaders.length; index += 2) {
    response.setHeader(sideHeaders[index] ?? "", sideHeaders[index + 1] ?? "");
  }
  // A native side reads its body whatever the client expects first (RFC 9110 §10.1.1).
  if (request.headers.expect !== undefined) response.writeContinue();
  const outcome = await native.handle({ request, response }, resolution.match, requestId);
  return {
    ...outcome,
    bytesIn: Number(request.headers["content-length"] ?? 0),
    bytesOut: Number(response.getHeader("content-length") ?? 0),
  };
}

function refuse(response: ServerResponse, error: AppError): void {
  const answer = toErrorAnswer(error);
  // The rest of the request is not read, so the connection cannot be used again.
  response.writeHead(answer.status, { ...answer.headers, connection: "close" }).end(answer.body);
}

/**
 * Carries one HTTP request from its first byte to its record: admit, decide, then the legacy leg or a
 * native side. No body is parsed on the way to either.
 */
export function createRequestHandler(
  dependencies: ExchangeDependencies,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { upstream, observer, clock } = dependencies;
  /** Connections on which a request was refused: nobody can say where the next one on them begins. */
  const refused = new WeakSet<Socket>();
  return async (request, response) => {
    if (refused.has(request.socket)) return;
    const { url = "/", headers, method = "GET" } = request;
    const admission = admit({ url, host: headers.host, isUpgrade: false }, dependencies);
    if (admission.kind === "refused") {
      refused.add(request.socket);
      observer.requestRefused({ method, code: admission.code });
      refuse(response, new AppError(admission.code));
      return;
    }
    observer.requestStarted();
    const exchange = beginExchange(dependencies, { request, target: admission.target, method });
    const end =
      exchange.resolution.decision.side === "native"
        ? await answerNatively(exchange, response, dependencies)
        : endOf(await upstream.forward(request, response, toPlan(exchange, dependencies)));
    observer.requestEnded(toRecord(exchange, end, clock.monotonicMs()));
  };
}
