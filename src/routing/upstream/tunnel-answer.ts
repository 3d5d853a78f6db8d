import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { CRLF, encodeHead, endGently } from "#routing/raw-answer.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

/** The head of the upstream's answer as it came, with `more` behind its own headers. */
export function encodeAnswerHead(
  { httpVersion, statusCode, statusMessage }: IncomingMessage,
  ...headers: readonly RawHeaders[]
): Buffer {
  return encodeHead(`HTTP/${httpVersion} ${statusCode} ${statusMessage}`, ...headers);
}

/**
 * The client's connection carries nothing after this answer. An upstream that would have kept its own open
 * says so in hop-by-hop headers, which are then replaced (RFC 9110 §7.6.1).
 */
function toFinalHeaders({ rawHeaders, headers }: IncomingMessage): RawHeaders {
  if (/(?:^|,)\s*close\s*(?:,|$)/i.test(headers.connection ?? "")) return rawHeaders;
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const pair = rawHeaders.slice(index, index + 2);
    if (!/^(?:connection|keep-alive)$/i.test(pair[0] ?? "")) kept.push(...pair);
  }
  return [...kept, "connection", "close"];
}

function hasChunkedBody({ headers, statusCode }: IncomingMessage): boolean {
  // RFC 9112 §6.3: these two have no body, whatever their headers say.
  if (statusCode === 204 || statusCode === 304) return false;
  return /(?:^|,)\s*chunked\s*$/i.test(headers["transfer-encoding"] ?? "");
}

/**
 * The body as it has to stand behind the answer's own headers: Node has taken chunk framing off. Throws
 * where the upstream was lost in its middle.
 */
async function* toFramedBody(answer: IncomingMessage): AsyncGenerator<Buffer> {
  const isChunked = hasChunkedBody(answer);
  const upstream = answer.socket;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (isChunked) yield Buffer.from(chunk.length.toString(16) + CRLF);
    yield chunk;
    if (isChunked) yield Buffer.from(CRLF);
  }
  if (isChunked) yield encodeHead("0", answer.rawTrailers);
  // Node takes a reset for the end of a body that ends with its connection.
  if (upstream.errored !== null) throw upstream.errored;
}

/** Ends a client's connection so that the cut shows: a length that is not reached shows it, or else a reset does. */
function breakOff(client: Duplex, { headers }: IncomingMessage): void {
  const isDelimited = "content-length" in headers || "transfer-encoding" in headers;
  if (isDelimited) endGently(client);
  else if (client instanceof Socket) client.resetAndDestroy();
  else client.destroy();
}

/**
 * Passes on an upstream's refusal of the handshake and ends the client's connection behind it. What the
 * client sends from now on is dropped: a proxy that went on relaying would let a client which only
 * pretends to upgrade talk to the upstream unseen. Resolves when the client has the answer or is gone.
 */
export async function passRefusal(
  client: Duplex,
  answer: IncomingMessage,
  { answerHeaders, idleMs }: { readonly answerHeaders: RawHeaders; readonly idleMs: number },
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
    answer.destroy();
  };
  if (client.destroyed) leave();
  client.once("close", leave);
  // Whichever side stalls, it is the upstream's connection that falls silent.
  answer.socket.setTimeout(idleMs, () => answer.socket.destroy());
  try {
    client.write(encodeAnswerHead(answer, toFinalHeaders(answer), answerHeaders));
    for await (const bytes of toFramedBody(answer)) {
      if (!client.write(bytes)) await once(client, "drain", { signal: gone.signal });
    }
    endGently(client);
  } catch {
    breakOff(client, answer);
  } finally {
    client.off("close", leave);
  }
}
