import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

import { WebSocket, WebSocketServer } from "ws";

export interface Answer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** What a front does to what passes through it; what is left out passes as it is. */
export interface Fault {
  readonly answer?: (answer: Answer) => Answer;
  /** The frames that the client gets for the one that the server sent as number `at`. */
  readonly frame?: (text: string, at: number) => readonly string[];
  readonly close?: (code: number, reason: string) => readonly [code: number, reason: string];
}

export interface FaultyFront extends AsyncDisposable {
  readonly url: URL;
  /** Takes effect with the next exchange. */
  fault: Fault;
}

const FRAMING = /^(?:content-length|transfer-encoding|connection|keep-alive)$/i;

const withoutFraming = (flat: readonly string[]): string[] =>
  flat.filter((_, at) => !FRAMING.test(flat[at - (at % 2)] ?? ""));

async function collect(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function forward(origin: URL, request: IncomingMessage): Promise<Answer> {
  const body = await collect(request);
  const { method = "GET", url, rawHeaders } = request;
  const length = body.length > 0 || method !== "GET" ? ["content-length", String(body.length)] : [];
  const sent = httpRequest({
    host: origin.hostname,
    port: origin.port,
    method,
    path: url,
    headers: [...withoutFraming(rawHeaders), ...length],
    agent: false,
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.rawHeaders,
    body: await collect(response),
  };
}

/** Codes below 1000, 1005 and 1006 say that no close frame came; none goes out then (RFC 6455 §7.4.1). */
function passClose(to: WebSocket, code: number, reason: string): void {
  if (to.readyState !== WebSocket.OPEN) return;
  if (code < 1000 || code === 1005 || code === 1006) to.terminate();
  else to.close(code, reason);
}

/** A server between a client and `origin` that is perfect but for one planted fault. */
export async function startFaultyFront(origin: URL): Promise<FaultyFront> {
  const server = createServer((request, response) => {
    void answerWithFault(request, response);
  });
  async function answerWithFault(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await forward(origin, request);
    const { status, headers, body } = front.fault.answer?.(answer) ?? answer;
    const length = request.method === "HEAD" ? [] : ["content-length", String(body.length)];
    response.writeHead(status, [...withoutFraming(headers), ...length]).end(body);
  }
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const upstream = new WebSocket(`ws://${origin.host}${request.url ?? "/"}`);
    // What the upstream says at once waits until the client's own handshake is done.
    upstream.pause();
    upstream.on("unexpected-response", (_request, response) => {
      void collect(response).then((body) => {
        const lines = [
          `HTTP/1.1 ${response.statusCode} `,
          `content-length: ${body.length}`,
          "connection: close",
        ];
        socket.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]));
        return upstream.terminate();
      });
    });
    upstream.on("error", () => upstream.terminate());
    upstream.on("open", () => {
      sockets.handleUpgrade(request, socket, head, (client) => {
        relay(client, upstream);
        upstream.resume();
      });
    });
  });

  function relay(client: WebSocket, upstream: WebSocket): void {
    let at = 0;
    client.on("message", (data: Buffer, isBinary) => upstream.send(data, { binary: isBinary }));
    upstream.on("message", (data: Buffer) => {
      const text = data.toString();
      for (const frame of front.fault.frame?.(text, at) ?? [text]) client.send(frame);
      at += 1;
    });
    client.on("close", (code, reason) => {
      passClose(upstream, code, reason.toString());
    });
    upstream.on("close", (code, reason) => {
      const [newCode, newReason] = front.fault.close?.(code, reason.toString()) ?? [code, reason];
      passClose(client, newCode, newReason.toString());
    });
    client.on("error", () => client.terminate());
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const front: FaultyFront = {
    url: new URL(`http://127.0.0.1:${port}`),
    fault: {},
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return front;
}
