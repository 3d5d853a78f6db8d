import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { InMemoryPamInstanceStore, type PamInstanceStore } from "#pam/store/index.ts";
import { toChatAnswer } from "#support/chat-legacy.ts";
import { type HandoffSide, startHandoffSide } from "#support/handoff-side.ts";
import { openWire } from "#support/raw-http.ts";
import { signToken } from "#support/sign-token.ts";
import { until } from "#support/until.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const MEGABYTE = 1_048_576;

async function post(side: HandoffSide, body: string): Promise<Response> {
  return fetch(new URL("/api/v1/pam/chat", side.listener.url), {
    method: "POST",
    headers: { authorization: `Bearer ${await signToken()}` },
    body,
  });
}

const HELLO = JSON.stringify({ message: "hello" });
const plain = Buffer.from(toChatAnswer("hi"));
const gzip = { "content-encoding": "gzip" };
const bomb = gzipSync(Buffer.alloc(100 * MEGABYTE, 0x20));

interface Exchange {
  readonly name: string;
  readonly body?: string;
  readonly answer?: Buffer;
  readonly headers?: Record<string, string>;
}

test.each<Exchange>([
  { name: "a huge request", body: JSON.stringify({ message: "x".repeat(20 * MEGABYTE) }) },
  { name: "a huge answer", answer: Buffer.from(toChatAnswer("x".repeat(20 * MEGABYTE))) },
  { name: "an answer that is huge when it is decompressed", answer: bomb, headers: gzip },
  { name: "an answer that is no gzip", answer: plain, headers: gzip },
  { name: "an answer that is no JSON", answer: Buffer.from("{") },
  { name: "an answer of another shape", answer: Buffer.from("[[]]") },
  { name: "a request that is no JSON", body: '{"message":' },
  { name: "a request of deep nesting", body: `{"message":${"[".repeat(50_000)}` },
  { name: "a request without a message", body: "{}" },
])("$name passes unchanged and is counted", async ({ body = HELLO, answer = plain, headers }) => {
  let sent = 0;
  await using side = await startHandoffSide({
    onRequest(request, response) {
      request.on("data", (chunk: Buffer) => (sent += chunk.length));
      request.once("end", () =>
        response.writeHead(200, { ...headers, "content-length": answer.length }).end(answer),
      );
    },
  });
  await using client = await openWire(side.listener.port);
  client.write(
    [
      "POST /api/v1/pam/chat HTTP/1.1",
      "Host: a",
      `Authorization: Bearer ${await signToken()}`,
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n"),
  );
  const read = await client.read();
  expect(read.body === answer.toString("latin1")).toBe(true);
  expect(sent).toBe(body.length);
  await side.counted("unreadable");
  expect((await side.store.read(USER)).history).toEqual([]);
});

test("a request without an end holds no more than the bound, and is let go with its client", async () => {
  let received = 0;
  await using side = await startHandoffSide({
    onRequest: (request) => {
      request.on("data", (chunk: Buffer) => (received += chunk.length));
      request.on("error", () => {});
    },
  });
  await using client = await openWire(side.listener.port);
  const token = await signToken();
  client.write(
    `POST /api/v1/pam/chat HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  await until(() => {
    if (!client.socket.writableNeedDrain) client.write(chunk.repeat(16));
    return received > 16 * MEGABYTE;
  });
  client.reset();
  expect(await side.counted("no-turn")).toBe(1);
});

const failing = (method: keyof PamInstanceStore): PamInstanceStore => {
  const store = new InMemoryPamInstanceStore();
  return new Proxy(store, {
    get(target, key) {
      if (key === method) return async () => Promise.reject(new Error("The store is away"));
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
};

test.each(["beginTurn", "read", "update", "append"] as const)(
  "a store that fails at %s costs a count and nothing else",
  async (method) => {
    await using side = await startHandoffSide({ store: failing(method) });
    const response = await post(side, HELLO);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ response: "You said hello" });
    await side.counted("failed");
  },
);

test("a store that hangs holds up neither answers nor the end of the process", async () => {
  const store = new InMemoryPamInstanceStore();
  store.beginTurn = async () => new Promise(() => {});
  await using side = await startHandoffSide({ store });
  for (let turn = 0; turn < 205; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    expect((await post(side, HELLO)).status).toBe(200);
  }
  await side.counted("no-room", 5);
});
