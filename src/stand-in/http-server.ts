import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";

import type { HttpRecording } from "#contracts/recordings/recording.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import { toRecordedBytes } from "#stand-in/recorded-bytes.ts";
import type { Answerer, StandInAnswer } from "#stand-in/rest/answer-request.ts";
import type { LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import { MAX_BODY_BYTES } from "#stand-in/rest/rules.ts";

/** Says where an answer came from: `recorded`, `rule`, `nearest` or `none`. */
const ORIGIN_HEADER = "x-banyan-stand-in";

export interface HttpServerDependencies {
  readonly answerer: Answerer;
  /** What the legacy's server says to bytes that are no HTTP request. */
  readonly malformed: HttpRecording;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** An HTTP/1.1 server whose answers carry the answerer's headers and no others of Node's. */
export function createHttpServer(dependencies: HttpServerDependencies): Server {
  const { answerer, malformed, clock, logger } = dependencies;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      if (body !== undefined) write(response, request, answerTo(request, body, answerer));
    } catch (error) {
      // A query may have a token in it.
      const path = request.url?.replace(/[?#].*$/su, "");
      logger.error({ path, error: toMessage(error) }, "The stand-in failed");
      response.destroy();
    }
  }

  const server = createServer(
    {
      maxHeaderSize: 131_072,
      // The legacy's server answers any other wish to upgrade as a plain request.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => {
      void handle(request, response);
    },
  );
  server.on("upgrade", dependencies.upgrade);
  server.on("clientError", (_error, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(toRecordedBytes({ ...malformed.response, clock }));
  });
  return server;
}

/** Bytes beyond the limit are counted, not kept. `undefined`: the client has gone. */
type ReadBody = { readonly kind: "read"; readonly bytes: Buffer } | { readonly kind: "too-large" };

async function readBody(request: IncomingMessage): Promise<ReadBody | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return { kind: "too-large" };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return undefined;
  }
  return length > MAX_BODY_BYTES
    ? { kind: "too-large" }
    : { kind: "read", bytes: Buffer.concat(chunks) };
}

function answerTo(request: IncomingMessage, read: ReadBody, answerer: Answerer): StandInAnswer {
  const legacyRequest: LegacyRequest = {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: request.rawHeaders,
    body: read.kind === "read" ? read.bytes : Buffer.alloc(0),
  };
  if (read.kind === "read") return answerer.answer(legacyRequest);
  return answerer.answerTooLarge(legacyRequest, request.headers["content-length"] !== undefined);
}

function write(
  response: ServerResponse,
  request: IncomingMessage,
  { origin, answer }: StandInAnswer,
): void {
  const wantsClose = request.headers.connection?.toLowerCase() === "close";
  response.sendDate = false;
  // Node would add `Connection: keep-alive`, which the legacy's server does not send.
  response.removeHeader("connection");
  response.writeHead(answer.status, STATUS_CODES[answer.status] ?? "", [
    ...answer.headers,
    ...(wantsClose ? ["connection", "close"] : []),
    ORIGIN_HEADER,
    origin,
  ]);
  response.end(answer.body);
}
