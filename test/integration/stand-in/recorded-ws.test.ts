import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { maskBody, maskHeader } from "#contracts/recordings/mask.ts";
import { toBodyBytes, type WsEvent, type WsRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { expandTokens } from "#contracts/recordings/tokens.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const recordings = loadRecordings(join(packageRoot(), "contracts", "recordings"));
const time = createManualTime(Date.UTC(2026, 10, 22));
const standIn = createStandIn({ recordings, clock: time.clock, scheduler: time.scheduler });
const sign = createTokenSigner(DEFAULT_TOKEN_SECRET);
let origin = "";

beforeAll(async () => {
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  origin = `ws://${url.host}`;
});
afterAll(async () => standIn.close());

/** How far into its 20 s the legacy's sweep was when the recorded connections were opened. */
const SWEEP_OFFSET_MS = 10_618;

/** One connection and what has come over it. */
class Client {
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  readonly answered: Promise<readonly unknown[]>;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #isTimed: boolean;
  #passedMs = 0;

  constructor({ open, events }: WsRecording) {
    const target = expandTokens(open.target, recordings.tokens, sign);
    const headers: Record<string, string> = {};
    for (let index = 0; index + 1 < open.headers.length; index += 2) {
      headers[open.headers[index] ?? ""] = open.headers[index + 1] ?? "";
    }
    this.socket = new WebSocket(origin + target, {
      headers,
      perMessageDeflate: JSON.stringify(events[0]).includes("permessage-deflate"),
    });
    this.answered = Promise.race([
      once(this.socket, "upgrade"),
      once(this.socket, "unexpected-response"),
    ]);
    this.#isTimed = events.some(({ kind, ...event }) => kind === "receive" && isPing(event));
    this.socket.on("message", (data: Buffer) => {
      this.frames.push(data.toString("utf8"));
      this.socket.emit("progress");
    });
    this.socket.on("close", (code: number, reason: Buffer) => {
      this.closed = { code, reason: reason.toString("utf8") };
      this.socket.emit("progress");
    });
    this.socket.on("error", () => this.socket.emit("progress"));
  }

  async next<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      // oxlint-disable-next-line no-await-in-loop -- each turn waits for more
      await once(this.socket, "progress");
    }
  }

  /**
   * Lets time pass up to an event, once the server has seen all that was sent before. Only where the
   * legacy's own timers were recorded; elsewhere they would run at other places than there.
   */
  async passTo(atMs: number): Promise<void> {
    // Nothing runs for a connection that is not open yet.
    if (!this.#isTimed || this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.ping();
    await once(this.socket, "pong");
    time.advance(atMs - this.#passedMs);
    this.#passedMs = atMs;
  }
}

const isPing = (event: object): boolean =>
  "text" in event && /^\{"type": ?"ping"/.test(String(event.text));

const maskHeaders = (headers: readonly string[]): string[] =>
  headers.map((item, index) =>
    index % 2 === 0 ? item : maskHeader(headers[index - 1] ?? "", item),
  );

/** What a client can see of an event, the volatile taken out; `undefined` for what the client does itself. */
function toVisible(event: WsEvent): unknown {
  switch (event.kind) {
    case "accepted":
      return { status: 101, headers: maskHeaders(event.headers) };
    case "rejected":
      return { status: event.status, headers: maskHeaders(event.headers), body: event.body };
    case "receive":
      return maskBody(event.text, event.volatile);
    case "close":
      return { code: event.code, reason: event.reason };
    case "send":
    case "client-close":
    case "note":
    case "http":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** Plays a recorded event on the client's side and gives what came of it, in the form of `toVisible`. */
async function play(client: Client, event: WsEvent): Promise<unknown> {
  switch (event.kind) {
    case "accepted":
    case "rejected": {
      const response = (await client.answered).at(-1) as IncomingMessage;
      const seen = { status: response.statusCode, headers: maskHeaders(response.rawHeaders) };
      return event.kind === "accepted" ? seen : { ...seen, body: await text(response) };
    }
    case "send": {
      const bytes = toBodyBytes(event.data);
      client.socket.send(event.data.kind === "binary" ? bytes : bytes.toString("utf8"));
      return undefined;
    }
    case "receive":
      return maskBody(await client.next(() => client.frames.shift()), event.volatile);
    case "client-close":
      client.socket.close(event.code, event.reason);
      return undefined;
    case "close":
      return client.next(() => client.closed);
    case "note":
      // The one note of the recordings says that a protocol ping was answered.
      client.socket.ping();
      await once(client.socket, "pong");
      return undefined;
    case "http":
      throw new TypeError("Somebody else's request is not played here");
    default:
      return event satisfies never;
  }
}

/** Conversations that are not played, each with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "ws/disconnect-during-chat":
    "the client left while the legacy still thought; the stand-in answers at once",
  "ws/rate-limit-chat-65": "the stand-in does not limit",
  "ws/timer-notification": "the transcript has no request body; sockets.test.ts plays it",
};

const played = recordings.ws.filter(
  ({ id, environment }) => environment === "default" && !(id in LEFT_OUT),
);

describe("every conversation of the default environment is repeated", () => {
  test.each(played.map((recording) => [recording.id, recording] as const))(
    "%s",
    async (_, recording) => {
      const sinceSweep = time.clock.monotonicMs() % 20_000;
      time.advance((SWEEP_OFFSET_MS - sinceSweep + 20_000) % 20_000);
      const client = new Client(recording);
      const seen: unknown[] = [];
      for (const event of recording.events) {
        // oxlint-disable-next-line no-await-in-loop -- a conversation has an order
        await client.passTo(event.atMs);
        // oxlint-disable-next-line no-await-in-loop -- a conversation has an order
        seen.push(await play(client, event));
      }
      expect(seen).toEqual(recording.events.map(toVisible));
      expect(client.frames).toEqual([]);
      client.socket.terminate();
    },
  );
});

test("what is left out is there to be left out", () => {
  const ids = new Set(recordings.ws.map(({ id }) => id));
  expect(Object.keys(LEFT_OUT).filter((id) => !ids.has(id))).toEqual([]);
});
