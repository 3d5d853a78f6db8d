import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

import { toFakeSound } from "#support/fake-engine.ts";

export interface OpenAiCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface FakeOpenAi extends AsyncDisposable {
  /** As `OPENAI_BASE_URL` takes it. */
  readonly baseUrl: URL;
  readonly calls: readonly OpenAiCall[];
  /** How it answers from now on; at first with a sound, or with a session. */
  answerWith(answer: (response: ServerResponse) => void): void;
}

export const SESSION_EXPIRES_AT = 1_795_379_938;

function answer(path: string, response: ServerResponse): void {
  if (path.endsWith("/audio/speech")) {
    response.writeHead(200, { "content-type": "audio/mpeg" }).end(toFakeSound("openai"));
    return;
  }
  const session = { client_secret: { value: "ek_made", expires_at: SESSION_EXPIRES_AT } };
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ id: "sess_1", model: "gpt-realtime-1.5", ...session }));
}

/** A server that speaks as much of OpenAI's API as voice needs, and keeps what it was asked. */
export async function startFakeOpenAi(): Promise<FakeOpenAi> {
  const calls: OpenAiCall[] = [];
  let override: ((response: ServerResponse) => void) | undefined;
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = "", headers } = request;
    calls.push({ path, authorization: headers.authorization, body: await json(request) });
    if (override === undefined) answer(path, response);
    else override(response);
  }
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("No port was bound");
  return {
    baseUrl: new URL(`http://127.0.0.1:${address.port}/v1`),
    calls,
    answerWith(next) {
      override = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
