import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { listen } from "#platform/listen.ts";

/** Stands before a server and thinks for a while before it passes on what takes thought. */
export interface SlowFront extends AsyncDisposable {
  readonly url: URL;
  /** From the next request on. */
  thinkingMs: number;
}

export interface SlowFrontOptions {
  readonly origin: URL;
  readonly thinkingMs: number;
  /** Whether a request takes thought; the others are passed on at once. */
  readonly takesThought: (asked: IncomingMessage) => boolean;
}

function pass(origin: URL, asked: IncomingMessage, response: ServerResponse): void {
  const { method, url: path, rawHeaders } = asked;
  const { hostname: host, port } = origin;
  const onward = request({ host, port, method, path, headers: rawHeaders }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => {
    if (!response.writableFinished) onward.destroy();
  });
  asked.pipe(onward);
}

/** A model takes its time; recordings and fakes do not, and a comparison of times is of no use without any. */
export async function startSlowFront({
  origin,
  thinkingMs,
  takesThought,
}: SlowFrontOptions): Promise<SlowFront> {
  const front = { thinkingMs };
  const server = createServer((asked, response) => {
    const waited = takesThought(asked) ? delay(front.thinkingMs) : Promise.resolve();
    void waited.then(() => {
      if (!response.destroyed) pass(origin, asked, response);
      return undefined;
    });
  });
  // The connections of whoever asks are kept for as long as they are: none is lost between two requests.
  server.keepAliveTimeout = 0;
  const url = await listen(server, { host: "127.0.0.1", port: 0 });
  return Object.assign(front, {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  });
}
