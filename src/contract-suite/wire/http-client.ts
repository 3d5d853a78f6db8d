import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

import type { ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { decodeBody } from "#platform/decode-body.ts";
import { toNodeCode } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** A request with nothing left to fill in. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn; `Host` and the framing are added. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

export interface HttpClient extends Closeable {
  /** Sends exactly what it is given. Rejects where no whole answer comes within `deadlineMs`. */
  send(request: WireRequest, deadlineMs: number): Promise<ReceivedAnswer>;
}

/** More than any answer of the API, and little enough to hold. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const BODY_METHODS: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

const toBuffer = (chunk: unknown): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = toBuffer(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new RangeError(`The answer is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function toWireHeaders(base: URL, { method, headers, body }: WireRequest): string[] {
  const names = new Set(headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const host = names.has("host") ? [] : ["Host", base.host];
  const isFramed = names.has("content-length") || names.has("transfer-encoding");
  const needsLength = !isFramed && (body !== undefined || BODY_METHODS.has(method));
  const length = needsLength ? ["Content-Length", String(body?.length ?? 0)] : [];
  return [...host, ...headers, ...length];
}

/** Sends requests to one base URL, each with the very headers and target that a case names. */
export function createHttpClient(base: URL, maxSockets: number): HttpClient {
  const isTls = base.protocol === "https:";
  const options = { keepAlive: true, maxSockets };
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
  const prefix = base.pathname.replace(/\/$/, "");

  async function sendOnce(request: WireRequest, signal: AbortSignal): Promise<ReceivedAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = (isTls ? httpsRequest : httpRequest)({
      agent,
      host: base.hostname.replace(/^\[|\]$/g, ""),
      port: base.port,
      method: request.method,
      path: prefix + request.target,
      headers: toWireHeaders(base, request),
      signal,
    });
    sent.on("response", resolve).on("error", (error) => {
      // A connection that the target closed while it was idle says nothing about the target.
      const isStale = sent.reusedSocket && toNodeCode(error) === "ECONNRESET";
      reject(isStale ? new StaleConnectionError() : error);
    });
    sent.end(request.body);
    const response = await promise;
    const body = await decodeBody(response.headers["content-encoding"], await collect(response));
    return { status: response.statusCode ?? 0, headers: response.rawHeaders, body };
  }

  return {
    async send(request, deadlineMs) {
      const signal = AbortSignal.timeout(deadlineMs);
      for (;;) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- the next attempt follows a failed one
          return await sendOnce(request, signal);
        } catch (error) {
          if (!(error instanceof StaleConnectionError)) throw error;
        }
      }
    },
    async close() {
      agent.destroy();
    },
  };
}

class StaleConnectionError extends Error {
  override readonly name = "StaleConnectionError";
}
