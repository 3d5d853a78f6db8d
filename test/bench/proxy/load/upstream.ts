import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";

import { WebSocketServer } from "ws";

/*
 * What stands behind every proxy. The query says what is asked of it: `bench=down` and `bench=up` carry 10 MB,
 * `bench=sse` sends events, everything else gets 300 bytes of JSON under thirteen headers. WebSockets echo.
 */
const BODY_BYTES = 10 * 1_048_576;
const CHUNK = Buffer.alloc(65_536, "x");
const EVENTS = 50;
const EVENT_GAP_MS = 10;

const JSON_BODY = Buffer.from(JSON.stringify({ status: "healthy", detail: "x".repeat(265) }));
const HEADERS = {
  "content-type": "application/json",
  "content-length": String(JSON_BODY.length),
  "cache-control": "no-store, no-cache, must-revalidate, private",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-xss-protection": "1; mode=block",
  "referrer-policy": "strict-origin-when-cross-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
  "x-request-id": "0123456789abcdef",
  "x-response-time": "12.3ms",
  "access-control-allow-credentials": "true",
  server: "uvicorn",
} as const;

function answerJson(response: ServerResponse): void {
  response.writeHead(200, HEADERS).end(JSON_BODY);
}

async function sendDown(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-length": String(BODY_BYTES) });
  await pipeline(function* chunks() {
    for (let sent = 0; sent < BODY_BYTES; sent += CHUNK.length) yield CHUNK;
  }, response);
}

async function sendEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let index = 0; index < EVENTS; index += 1) {
    response.write(`data: ${performance.timeOrigin + performance.now()}\n\n`);
    // oxlint-disable-next-line no-await-in-loop -- the gaps are what is measured
    await delay(EVENT_GAP_MS);
  }
  response.end();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "" } = request;
  if (url.endsWith("bench=down")) return sendDown(response);
  if (url.endsWith("bench=sse")) return sendEvents(response);
  if (request.method === "POST") {
    request.resume();
    request.once("end", () => {
      answerJson(response);
    });
    return;
  }
  answerJson(response);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 600_000;
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on("error", () => {});
    client.on("message", (data, isBinary) => {
      client.send(data, { binary: isBinary });
    });
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
