import {
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";

import { type BoundedCopy, createBoundedCopy } from "#contract-suite/record/bounded-copy.ts";
import type { RecorderParts } from "#contract-suite/record/recorder.ts";
import { toHttpLine } from "#contract-suite/record/to-line.ts";
import { decodeBody } from "#platform/decode-body.ts";
import { toMessage } from "#platform/errors.ts";

/** More than this of one body teaches nothing that the beginning does not. */
const MAX_KEPT_BYTES = 1024 * 1024;

const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|host)$/i;

export const withoutHopByHop = (flat: readonly string[]): string[] =>
  flat.filter((_, at) => !HOP_BY_HOP.test(flat[at - (at % 2)] ?? ""));

const tee = (copy: BoundedCopy): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      copy.add(chunk);
      done(null, chunk);
    },
  });

/** Headers as they go upstream: the length or the chunking of a body is kept as it came. */
function toUpstreamHeaders(upstream: URL, request: IncomingMessage): string[] {
  const isChunked = request.headers["transfer-encoding"] !== undefined;
  return [
    "Host",
    upstream.host,
    ...withoutHopByHop(request.rawHeaders),
    ...(isChunked ? ["Transfer-Encoding", "chunked"] : []),
  ];
}

function open(upstream: URL, request: IncomingMessage): ClientRequest {
  const send = upstream.protocol === "https:" ? httpsRequest : httpRequest;
  return send({
    host: upstream.hostname.replace(/^\[|\]$/g, ""),
    port: upstream.port,
    method: request.method,
    path: upstream.pathname.replace(/\/$/, "") + (request.url ?? "/"),
    headers: toUpstreamHeaders(upstream, request),
  });
}

async function receive(
  upstream: URL,
  request: IncomingMessage,
  copy: BoundedCopy,
): Promise<IncomingMessage> {
  const sent = open(upstream, request);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on("response", resolve).on("error", reject);
  // An upstream may answer before it has read everything; then the rest is not worth a failure.
  pipeline(request, tee(copy), sent).catch(reject);
  return promise;
}

/** Passes one exchange through and writes down what passed. Never rejects. */
export async function recordExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { upstream, clock, budget, redactor, store, routeOf, say }: RecorderParts,
): Promise<void> {
  const startedAtMs = clock.monotonicMs();
  const nowMs = clock.now();
  const elapsedMs = (): number => clock.monotonicMs() - startedAtMs;
  using requestCopy = createBoundedCopy(MAX_KEPT_BYTES, budget, elapsedMs);
  using responseCopy = createBoundedCopy(MAX_KEPT_BYTES, budget, elapsedMs);
  const { method = "GET", url: target = "/" } = request;
  try {
    const answer = await receive(upstream, request, requestCopy);
    const status = answer.statusCode ?? 502;
    response.writeHead(status, withoutHopByHop(answer.rawHeaders));
    response.flushHeaders();
    await pipeline(answer, tee(responseCopy), response);
    const encoding = answer.headers["content-encoding"];
    const kept = responseCopy.bytes();
    const seen = {
      method,
      target,
      requestHeaders: request.rawHeaders,
      requestBody: requestCopy.bytes() ?? requestCopy.digest(),
      status,
      responseHeaders: answer.rawHeaders,
      responseBody: kept === undefined ? responseCopy.digest() : await decodeBody(encoding, kept),
      parts: responseCopy.parts,
      isStream: /^text\/event-stream/i.test(answer.headers["content-type"] ?? ""),
      nowMs,
    };
    const { file, kind } = routeOf(method, target);
    await store.write(`http/${file}`, `${kind} ${status}`, (number) =>
      toHttpLine(`${file}/live-${number}`, seen, redactor),
    );
  } catch (error) {
    say(`${method} ${target.split("?", 1)[0]} was not recorded: ${toMessage(error)}\n`);
    if (response.headersSent) response.destroy();
    else
      response.writeHead(502, { "content-type": "text/plain" }).end("The upstream did not answer");
  }
}
