import { once } from "node:events";
import type { IncomingMessage } from "node:http";

import { expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

import { createEdgeEngine } from "#pam/speech/engines/edge-engine.ts";
import { type Engine, resolveVoice } from "#pam/speech/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const VOICE = resolveVoice("pam_default");
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

/** A binary message of the service: the length of its head, the head, the sound. */
function toMessage(sound: string): Buffer {
  const head = "X-RequestId:made\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n";
  const length = Buffer.alloc(2);
  length.writeUInt16BE(head.length);
  return Buffer.concat([length, Buffer.from(head), Buffer.from(sound)]);
}

const END = "X-RequestId:made\r\nPath:turn.end\r\n\r\n{}";

interface FakeEdge extends AsyncDisposable {
  readonly engine: Engine;
  /** Of the last conversation. */
  readonly messages: readonly string[];
  readonly request: () => IncomingMessage | undefined;
  readonly server: WebSocketServer;
}

/** The service, which answers a request for speech by what `answer` does. */
async function startFakeEdge(answer: (socket: WebSocket) => void): Promise<FakeEdge> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const messages: string[] = [];
  let request: IncomingMessage | undefined;
  server.on("connection", (socket, opened) => {
    request = opened;
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => {
      messages.push(data.toString());
      if (messages.length === 2) answer(socket);
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("No port was bound");
  const engine = createEdgeEngine({
    clock: createManualClock(),
    createId: () => "00000000-0000-4000-8000-000000000000",
    url: `ws://127.0.0.1:${address.port}/edge/v1`,
  });
  return {
    engine,
    messages,
    request: () => request,
    server,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

test("the sound of all its messages is one sound, and the socket is closed behind it", async () => {
  await using edge = await startFakeEdge((socket) => {
    socket.send("Path:turn.start\r\n\r\n{}");
    for (const part of ["ID3one", "two", "three"]) socket.send(toMessage(part));
    socket.send(END);
  });
  const closed = once(edge.server, "connection").then(async ([socket]: WebSocket[]) =>
    socket === undefined ? undefined : once(socket, "close"),
  );
  const { bytes, mediaType } = await edge.engine.synthesize("Hello <you>", VOICE, soon());
  expect(bytes.toString()).toBe("ID3onetwothree");
  expect(mediaType).toBe("audio/mpeg");
  await closed;
});

test("it is asked as the browser asks: its origin, its proof, its format, and the text as text", async () => {
  await using edge = await startFakeEdge((socket) => {
    socket.send(toMessage("ID3"));
    socket.send(END);
  });
  await edge.engine.synthesize("Hello <you>", VOICE, soon());
  expect(edge.request()?.headers.origin).toMatch(/^chrome-extension:/u);
  expect(edge.request()?.url).toMatch(
    /^\/edge\/v1\?TrustedClientToken=\w+&Sec-MS-GEC=[0-9A-F]{64}&/u,
  );
  expect(edge.messages[0]).toContain('"outputFormat":"audio-24khz-48kbitrate-mono-mp3"');
  expect(edge.messages[1]).toContain('<voice name="en-US-JennyNeural">Hello &lt;you&gt;</voice>');
});

test("a connection that ends early is a failure, not half a sound", async () => {
  await using edge = await startFakeEdge((socket) => {
    socket.send(toMessage("ID3"), () => {
      socket.close();
    });
  });
  await expect(edge.engine.synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "Edge went away before the end",
  );
});

test("an end without any sound is a failure", async () => {
  await using edge = await startFakeEdge((socket) => {
    socket.send(END);
  });
  await expect(edge.engine.synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "The engine gave no sound",
  );
});

test("a sound without end is a failure", async () => {
  await using edge = await startFakeEdge((socket) => {
    const block = toMessage("x".repeat(1_048_576));
    for (let at = 0; at < 9; at += 1) socket.send(block);
  });
  await expect(edge.engine.synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "Edge sent more than 8388608 bytes",
  );
});

test("a caller who leaves closes the socket, and gets their own reason", async () => {
  const caller = new AbortController();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await using edge = await startFakeEdge((socket) => {
    socket.on("close", () => {
      resolve();
    });
    caller.abort(new Error("left"));
  });
  await expect(edge.engine.synthesize("Hello", VOICE, caller.signal)).rejects.toThrow("left");
  await closed;
});

test("a caller who leaves while it connects gets their own reason", async () => {
  await using edge = await startFakeEdge(() => {});
  const caller = new AbortController();
  const spoken = edge.engine.synthesize("Hello", VOICE, caller.signal);
  caller.abort(new Error("left"));
  await expect(spoken).rejects.toThrow("left");
});

test("a service that is not there is a failure", async () => {
  const gone = await startFakeEdge(() => {});
  await gone[Symbol.asyncDispose]();
  await expect(gone.engine.synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "Edge cannot be reached",
  );
});
