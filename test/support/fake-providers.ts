import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import {
  anthropicWire,
  openAiWire,
  type FakeAnswer,
  type ProviderWire,
} from "#support/fake-provider-wire.ts";

/** What a fake provider does with one request. */
export type FakeTurn =
  | ({ readonly kind: "answer" } & FakeAnswer)
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset before an answer. */
  | { readonly kind: "reset" }
  /** Takes the request and never begins to answer. */
  | { readonly kind: "slow-headers" }
  /** Begins to answer, then falls silent, before its first token or after some text. */
  | { readonly kind: "stall"; readonly afterText?: string }
  /** An event of the stream is no JSON; so is a whole answer. */
  | { readonly kind: "broken"; readonly afterText?: string }
  /** The answer ends in good order before the model does. */
  | { readonly kind: "cut-short"; readonly afterText?: string }
  /** An error of a type is sent in the middle of a stream. */
  | { readonly kind: "streamed-error"; readonly type: string; readonly afterText?: string }
  | { readonly kind: "endless"; readonly text: string };

export interface FakeRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeProvider extends AsyncDisposable {
  readonly baseUrl: string;
  readonly requests: readonly FakeRequest[];
  /** One turn a request; the last one is for all that follow. */
  script(...turns: readonly FakeTurn[]): void;
  /** From now on each request is answered by what it says. */
  answerBy(choose: (request: FakeRequest) => FakeTurn): void;
  /** Called whenever it has begun to keep a client waiting for ever that has had nothing yet; the last one set. */
  onStall(listener: () => void): void;
  /** Resets the connections of the answers that are open: a client that has read some of one loses the rest. */
  resetOpen(): void;
  /** Resolves when no answer is open. */
  idle(): Promise<void>;
}

interface Exchange {
  readonly response: ServerResponse;
  readonly wire: ProviderWire;
  readonly isStream: boolean;
  readonly stalled: () => void;
}

function answer({ response, wire, isStream }: Exchange, given: FakeAnswer): void {
  if (!isStream) {
    response.setHeader("content-type", "application/json").end(wire.json(given));
    return;
  }
  beginStream(response, wire, given.text);
  for (const piece of wire.calls(given.calls ?? [])) response.write(piece);
  response.end(wire.end(given));
}

function beginStream(response: ServerResponse, wire: ProviderWire, text = ""): void {
  response.setHeader("content-type", "text/event-stream");
  response.write(wire.head());
  if (text !== "") response.write(wire.text(text));
}

/** Writes as fast as the client reads, until it goes away. */
async function writeForEver(response: ServerResponse, piece: string): Promise<void> {
  const closed = once(response, "close");
  while (!response.destroyed) {
    // oxlint-disable-next-line no-await-in-loop -- back-pressure is the point
    if (!response.write(piece)) await Promise.race([once(response, "drain"), closed]);
  }
}

/** Begins well, and then does not go on. */
function interrupt(
  { kind, afterText }: Extract<FakeTurn, { kind: "stall" | "broken" | "cut-short" }>,
  exchange: Exchange,
): void {
  const { response, wire, isStream } = exchange;
  if (isStream) beginStream(response, wire, afterText);
  else response.setHeader("content-type", "application/json").write('{"id":');
  if (kind === "stall") {
    // With text on its way the client is not waiting yet.
    if (afterText === undefined) exchange.stalled();
    return;
  }
  response.end(kind === "broken" && isStream ? wire.brokenEvent() : "");
}

async function act(turn: FakeTurn, exchange: Exchange): Promise<void> {
  const { response, wire } = exchange;
  switch (turn.kind) {
    case "answer":
      answer(exchange, turn);
      return;
    case "status":
      response.writeHead(turn.status, { "content-type": "application/json", ...turn.headers });
      response.end(wire.error(turn.status));
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "slow-headers":
      exchange.stalled();
      return;
    case "streamed-error":
      beginStream(response, wire, turn.afterText);
      response.end(wire.errorEvent(turn.type));
      return;
    case "endless":
      beginStream(response, wire);
      await writeForEver(response, wire.text(turn.text));
      return;
    case "stall":
    case "broken":
    case "cut-short":
      interrupt(turn, exchange);
      return;
    default:
      turn satisfies never;
  }
}

async function startFake(wire: ProviderWire): Promise<FakeProvider> {
  const requests: FakeRequest[] = [];
  let onStall: (() => void) | undefined;
  const stalled = (): void => onStall?.();
  const open = new Set<ServerResponse>();
  let turns: readonly FakeTurn[] = [{ kind: "answer", text: "Hello" }];
  let chooseTurn: ((request: FakeRequest) => FakeTurn) | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      server.emit("answer-closed");
    });
    const body = (await json(request)) as Record<string, unknown>;
    const asked = { path: request.url ?? "", headers: request.headers, body };
    requests.push(asked);
    const turn = chooseTurn?.(asked) ?? turns[0] ?? { kind: "status", status: 501 };
    if (turns.length > 1) turns = turns.slice(1);
    const isStream = body["stream"] === true;
    if (request.url === wire.path) await act(turn, { response, wire, isStream, stalled });
    else await act({ kind: "status", status: 404 }, { response, wire, isStream, stalled });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${wire.basePath}`,
    requests,
    script(...given) {
      turns = given;
      chooseTurn = undefined;
    },
    answerBy(choose) {
      chooseTurn = choose;
    },
    onStall(listener) {
      onStall = listener;
    },
    resetOpen() {
      for (const { socket } of open) socket?.resetAndDestroy();
    },
    async idle() {
      // oxlint-disable-next-line no-await-in-loop -- until the last one is closed
      while (open.size > 0) await once(server, "answer-closed");
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Chat Completions as OpenAI and DeepSeek speak it, on a real socket. */
export async function startFakeOpenAi(): Promise<FakeProvider> {
  return startFake(openAiWire);
}

/** Anthropic's Messages API on a real socket. */
export async function startFakeAnthropic(): Promise<FakeProvider> {
  return startFake(anthropicWire);
}
