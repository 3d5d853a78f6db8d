import { type ClientRequest, createServer, type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { duplexPair } from "node:stream";

import { WebSocket } from "ws";

import type { Answer } from "#delivery/compare/index.ts";
import type {
  ConversationListener,
  NativeConversation,
  ShadowSubject,
} from "#delivery/shadow/index.ts";
import type { RouteMatcher } from "#routing/match-route.ts";
import type { NativeSide } from "#routing/native.ts";

/** Runs something in the context of one shadowed request, so that what it records is known to be that one's. */
export type Within = <Result>(task: () => Result) => Result;

/** Asks a native side as a client would, over a pair of streams instead of a network. */
export interface InMemoryNative {
  ask(subject: ShadowSubject, body: Buffer, run: InMemoryRun): Promise<Answer>;
  converse(
    subject: ShadowSubject,
    listener: ConversationListener,
    run: InMemoryRun,
  ): Promise<NativeConversation>;
}

export interface InMemoryRun {
  readonly signal: AbortSignal;
  readonly within: Within;
}

export interface InMemoryNativeOptions {
  readonly native: NativeSide;
  readonly matchRoute: RouteMatcher;
}

/** Of one answer; a shadow compares no more. */
const MAX_ANSWER_BYTES = 512 * 1_024;

/** What was let in from a client is let in here: the live listener has held it to its own bounds. */
const MAX_HEADER_BYTES = 1_048_576;

/** What belongs to the client's own connection, or is said anew for this one. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-version",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names and values in turn, without what is the connection's. */
function toHeaders(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = [raw[index], raw[index + 1]];
    if (!LEFT_OUT.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function toRecord(raw: readonly string[]): Record<string, string> {
  const headers = toHeaders(raw);
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) {
    record[headers[index] ?? ""] = headers[index + 1] ?? "";
  }
  return record;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("An answer without an encoding gives bytes");
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new RangeError("The native answer is too long to compare");
    chunks.push(chunk);
  }
  const { statusCode: status = 0, rawHeaders: headers } = response;
  return { status, headers, body: Buffer.concat(chunks, size) };
}

async function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once("response", resolve);
    asked.once("error", reject);
  });
}

/** Opens when the handshake is answered; rejects where it is refused. */
async function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}

const requestIdOf = ({ headers }: IncomingMessage): string => String(headers["x-request-id"]);

/**
 * The server never listens: connections are handed to it (`http.Server`, event `connection`). Parsing, framing and the
 * native side itself are the ones of live traffic.
 */
export function createInMemoryNative({
  native,
  matchRoute,
}: InMemoryNativeOptions): InMemoryNative {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false });
  const runs = new WeakMap<object, Within>();

  const withinOf = ({ socket }: IncomingMessage): Within => {
    const within = runs.get(socket);
    if (within === undefined) throw new TypeError("A shadowed request came without its run");
    return within;
  };
  server.on("request", (asked, response) => {
    const match = matchRoute(asked.method ?? "GET", asked.url ?? "/");
    if (match === undefined) {
      response.destroy();
      return;
    }
    withinOf(asked)(async () =>
      native.handle({ request: asked, response }, match, requestIdOf(asked)),
    ).catch(() => response.destroy());
  });
  server.on("upgrade", (asked, socket, head) => {
    const match = matchRoute("WS", asked.url ?? "/");
    if (match === undefined) {
      socket.destroy();
      return;
    }
    const handshake = { request: asked, socket, head, answerHeaders: [] };
    withinOf(asked)(async () => native.open(handshake, match, requestIdOf(asked))).catch(() =>
      socket.destroy(),
    );
  });

  /** The client's end of a connection whose other end the server has. */
  function connect(within: Within): Duplex {
    const [near, far] = duplexPair();
    runs.set(far, within);
    far.on("error", () => far.destroy());
    // To the other end of a pair a client that is gone has only ended (Node 24), and would be talked to for ever.
    near.once("close", () => far.destroy());
    server.emit("connection", far);
    return near;
  }

  return {
    async ask({ method, target, headers, requestId }, body, { signal, within }) {
      const asked = request({
        method,
        path: target,
        headers: [
          ...toHeaders(headers),
          "x-request-id",
          requestId,
          ...(body.length > 0 ? ["content-length", String(body.length)] : []),
          "connection",
          "close",
        ],
        createConnection: () => connect(within),
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
      });
      const answered = responseTo(asked);
      asked.end(body);
      return readAnswer(await answered);
    },

    async converse({ target, headers, requestId }, listener, { signal, within }) {
      const socket = new WebSocket(`ws://native.invalid${target}`, {
        headers: { ...toRecord(headers), "x-request-id": requestId },
        perMessageDeflate: false,
        maxPayload: MAX_ANSWER_BYTES,
        createConnection: () => connect(within),
      });
      socket.on("message", (data, isBinary) => {
        const bytes = Buffer.isBuffer(data) ? data : Buffer.from("");
        listener.frame(isBinary ? bytes : bytes.toString("utf8"));
      });
      socket.on("close", (code) => {
        listener.closed(code);
      });
      // From the beginning: an error that nobody listens to ends the process.
      socket.on("error", () => socket.terminate());
      signal.addEventListener("abort", () => socket.terminate(), { once: true });
      if (signal.aborted) socket.terminate();
      await opened(socket);
      return {
        // Within the run: what comes of a frame is its doing.
        send: (data) => {
          within(() => {
            socket.send(data);
          });
        },
        close: (code) => {
          socket.close(code);
        },
      };
    },
  };
}
