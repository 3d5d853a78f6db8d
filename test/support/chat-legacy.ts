import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

import { listen } from "#platform/listen.ts";

/** How the legacy answers one request; it may never end it. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface ChatLegacy extends AsyncDisposable {
  readonly origin: URL;
  /** `METHOD target` of what has reached it, in order. */
  readonly heard: readonly string[];
  readonly sockets: WebSocketServer;
}

export interface ChatLegacyOptions {
  /** Default: a chat answer, as the legacy's, that repeats the message. */
  readonly onRequest?: Answering;
  /** Default: a welcome, and then answers as the legacy's. */
  readonly onSocket?: (socket: WebSocket) => void;
  readonly perMessageDeflate?: boolean;
}

const STAMP = "2026-11-22T20:32:57.915350";

/** The legacy's answer to a chat over REST, with `changes` to it. */
export const toChatAnswer = (response: string, changes: object = {}): string =>
  JSON.stringify({
    response,
    intent: null,
    confidence: null,
    suggestions: null,
    actions: [],
    requires_followup: null,
    context_updates: { profile_used: "general", cached_response: false },
    voice_enabled: null,
    conversation_id: "c-1",
    session_id: "c-1",
    message_id: "3f2c9a10-7a53-4b8e-9a0f-2a4b6c8d0e1f",
    processing_time_ms: 12,
    timestamp: STAMP,
    tokens_used: null,
    ...changes,
  });

/** The frame that answers a chat on a socket, with `changes` to it. */
export const toChatFrame = (text: string, changes: object = {}): string =>
  JSON.stringify({
    type: "chat_response",
    message: text,
    content: text,
    ui_actions: [],
    source: "claude_pam_primary",
    model: "claude-sonnet-4-5-20250929",
    error: false,
    timestamp: STAMP,
    ...changes,
  });

const toEcho = (message: string): string => `You said ${message}`;

const textField = z.string().optional();
const said = z
  .looseObject({
    type: textField,
    message: textField,
    text: textField,
    user_request: textField,
  })
  .catch({});

function read(text: string): z.infer<typeof said> {
  try {
    return said.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A frame as a JSON object; an empty one for what is none. */
export const readFrame = (data: RawData): z.infer<typeof said> =>
  read(Buffer.concat([Buffer.isBuffer(data) ? data : []].flat()).toString());

async function answerChat(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { message } = read(String(await buffer(request).catch(() => "")));
  const isCompressed = request.headers["accept-encoding"]?.includes("gzip") ?? false;
  const plain = Buffer.from(toChatAnswer(toEcho(String(message))));
  const body = isCompressed ? gzipSync(plain) : plain;
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": body.length,
    ...(isCompressed && { "content-encoding": "gzip" }),
  });
  response.end(body);
}

function answerSocket(socket: WebSocket): void {
  socket.send(JSON.stringify({ type: "connection", status: "connected", message: "Welcome" }));
  socket.on("message", (data) => {
    const { type, message } = readFrame(data);
    if (type === "ping") socket.send('{"type":"pong"}');
    if (type === "chat") socket.send(toChatFrame(toEcho(String(message))));
    if (type === "context_update") socket.send('{"type":"context_updated","message":"ok"}');
    if (type === "heartbeat") socket.send('{"type":"error","message":"Unknown message type"}');
  });
}

/** A backend that chats over REST and WebSocket, and verifies nothing. */
export async function startChatLegacy({
  onRequest = (request, response) => void answerChat(request, response),
  onSocket = answerSocket,
  perMessageDeflate = false,
}: ChatLegacyOptions = {}): Promise<ChatLegacy> {
  const heard: string[] = [];
  const note = ({ method, url }: IncomingMessage): void => {
    heard.push(`${method} ${url}`);
  };
  const server = createServer((request, response) => {
    note(request);
    onRequest(request, response);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: perMessageDeflate && { threshold: 0 },
  });
  server.on("upgrade", (request, socket, head) => {
    note(request);
    sockets.handleUpgrade(request, socket, head, onSocket);
  });
  const origin = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    origin,
    heard,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
