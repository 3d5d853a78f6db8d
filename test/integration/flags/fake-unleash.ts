import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { z } from "zod";

/** How the server answers polls: with its flags, with a status, never, or by cutting the connection. */
type FakeAnswer = "flags" | "hang" | "reset" | number;

export interface FakeUnleash extends AsyncDisposable {
  /** The base of its API. */
  readonly url: string;
  /** Polls seen so far, newest last. */
  readonly polls: readonly IncomingMessage[];
  /** Bodies of usage reports, newest last. */
  readonly usage: readonly unknown[];
  /** How often a client registered. */
  readonly registrations: () => number;
  /** Answers registrations and usage reports with another status than 202. */
  answerReportsWith(status: number): void;
  answerWith(answer: FakeAnswer): void;
  setFeatures(features: readonly unknown[]): void;
  /** Refuses connections until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += z.instanceof(Buffer).parse(chunk).toString();
  return text === "" ? undefined : JSON.parse(text);
}

/** An Unleash server down to what the SDK asks of it: polls with ETag, registration, usage. */
export async function startFakeUnleash(): Promise<FakeUnleash> {
  const polls: IncomingMessage[] = [];
  const usage: unknown[] = [];
  let registrations = 0;
  let reportStatus = 202;
  let answer: FakeAnswer = "flags";
  let features: readonly unknown[] = [];
  let revision = 0;

  function answerPoll(request: IncomingMessage, response: ServerResponse): void {
    polls.push(request);
    if (answer === "hang") return;
    if (answer === "reset") {
      request.socket.destroy();
      return;
    }
    if (answer !== "flags") {
      response.writeHead(answer).end("{}");
      return;
    }
    const etag = `"${revision}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else
      response
        .writeHead(200, { "content-type": "application/json", etag })
        .end(JSON.stringify({ version: 2, features }));
  }

  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === "/api/client/features") {
      answerPoll(request, response);
      return;
    }
    void readJson(request).then((body) => {
      if (request.url === "/api/client/metrics") usage.push(body);
      if (request.url === "/api/client/register") registrations += 1;
      return response.writeHead(reportStatus).end();
    });
  });
  const listen = async (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const pause = async (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) {
        resolve();
        return;
      }
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return {
    url: `http://127.0.0.1:${port}/api`,
    polls,
    usage,
    registrations: () => registrations,
    answerReportsWith(status) {
      reportStatus = status;
    },
    answerWith(next) {
      answer = next;
    },
    setFeatures(next) {
      features = next;
      revision += 1;
    },
    pause,
    resume: async () => listen(port),
    [Symbol.asyncDispose]: pause,
  };
}
