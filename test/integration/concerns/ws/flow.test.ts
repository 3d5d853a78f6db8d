import { once } from "node:events";
import { connect } from "node:net";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { createPushes, createSocketFigures, type Pushes } from "#pam/pushes/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics, type Metrics } from "#platform/metrics.ts";
import { openPam, openRaw, type PamSocket, toPamSocket, USER_ID } from "#support/pam-socket.ts";
import { createScriptedTurn, type ScriptedTurn } from "#support/scripted-turn.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";
import { encodeFrame, encodeHandshake } from "#support/websocket-peer.ts";

const CHAT = { type: "chat", message: "Where to?" };

let listener: TestListener;
let script: ScriptedTurn;
/** Answers at once whatever the test does not want to hold. */
const prompt = createScriptedTurn(({ message }) => message);
let pushes: Pushes;
let metrics: Metrics;

beforeEach(async () => {
  script = createScriptedTurn();
  metrics = createMetrics({ version: "0" });
  pushes = createPushes({ metrics, logger: silentLogger });
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: {
      turn: (input) => (input.message === CHAT.message ? script : prompt).turn(input),
      pushes,
      socketFigures: createSocketFigures(metrics),
      loadUserContext: async (_userId, client) => client,
      tierOf: async () => "free",
    },
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const figure = async (name: string): Promise<number> => {
  const text = await metrics.render();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
};

describe("a client that sends faster than it is answered", () => {
  test("is no longer read while a chat is under way, and heard to the end behind it", async () => {
    const target = `/api/v1/pam/ws/${USER_ID}?token=${await signToken()}`;
    const client = connect({ port: listener.port, host: "127.0.0.1" });
    client.on("data", () => {});
    await once(client, "connect");
    client.write(encodeHandshake(target));
    await once(client, "data");
    const maskingKey = Buffer.from([1, 2, 3, 4]);
    client.write(encodeFrame({ payload: JSON.stringify(CHAT), maskingKey }));
    await until(() => script.asked.length === 1);
    const filler = encodeFrame({
      payload: JSON.stringify({ type: "ping", zzz: "x".repeat(60_000) }),
      maskingKey,
    });
    // Far more than all buffers between the two hold.
    for (let at = 0; at < 1_000; at += 1) client.write(filler);
    const other = await openPam(listener, { userId: "somebody" });
    let unsent = -1;
    // Until nothing moves any more, though the server answers others.
    while (unsent !== client.writableLength) {
      unsent = client.writableLength;
      // oxlint-disable-next-line no-await-in-loop -- one look after another
      for (let at = 0; at < 20; at += 1) await other.quiet();
    }
    expect(unsent).toBeGreaterThan(30_000_000);
    script.answer("There");
    await until(() => client.writableLength === 0);
    client.destroy();
  });
});

describe("a client that does not read", () => {
  test("is cut off, and counted", async () => {
    const target = `/api/v1/pam/ws/${USER_ID}?token=${await signToken()}`;
    const client = connect({ port: listener.port, host: "127.0.0.1" });
    await once(client, "connect");
    client.write(encodeHandshake(target));
    await once(client, "data");
    client.pause();
    const message = "x".repeat(4_000);
    for (let at = 0; at < 5_000 && listener.closes.length === 0; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- until the buffers are full
      await pushes.publish(USER_ID, {
        kind: "timer-expired",
        timerId: "t",
        label: "l",
        timerType: "timer",
        message,
        timestamp: "",
      });
    }
    await until(() => listener.closes.length === 1);
    expect(listener.closes[0]).toMatchObject({ code: 1006, initiator: "proxy" });
    expect(await figure("banyan_native_socket_slow_consumers_total")).toBe(1);
    client.destroy();
  });
});

describe("a drain", () => {
  test("closes what is idle with 1012", async () => {
    const socket = await openPam(listener);
    const drained = listener.listener.drain(5_000);
    expect(await socket.end()).toBe("1012");
    expect(await drained).toEqual({ cutRequests: 0, cutSockets: 0 });
  });

  test("lets an answer out that is under way, and hears nothing new", async () => {
    const socket = await openPam(listener);
    socket.send(CHAT);
    await until(() => script.asked.length === 1);
    const drained = listener.listener.drain(20_000);
    socket.send(CHAT);
    script.answer("There");
    expect(await socket.frame()).toMatchObject({ type: "chat_response" });
    expect(await socket.end()).toBe("1012");
    await drained;
    expect(script.asked).toHaveLength(1);
  });

  test("does not wait for ever for an answer", async () => {
    const socket = await openPam(listener);
    socket.send(CHAT);
    await until(() => script.asked.length === 1);
    const drained = listener.listener.drain(300);
    expect(await socket.end()).toBe("1012");
    await drained;
  });
});

test("what was sent and closed is told to whoever watches", async () => {
  const socket = await openPam(listener);
  await socket.quiet();
  expect(await figure('banyan_native_sockets{socket="socket"}')).toBe(1);
  socket.raw.close(4000, "bye");
  await until(() => listener.closes.length === 1);
  const [close] = listener.closes;
  expect(close).toMatchObject({ code: 4000, initiator: "client", bytesIn: 15 });
  expect(close?.bytesOut).toBeGreaterThan(180);
  expect(await figure('banyan_native_sockets{socket="socket"}')).toBe(0);
});

test("bytes that are no UTF-8 end the socket with 1007, and too many with 1009", async () => {
  const target = `ws://127.0.0.1:${listener.port}/api/v1/pam/ws/${USER_ID}?token=${await signToken()}`;
  const endWith = async (data: Buffer): Promise<unknown> => {
    const client = new WebSocket(target);
    await once(client, "open");
    client.send(data, { binary: false });
    const [code] = await once(client, "close");
    return code;
  };
  expect(await endWith(Buffer.from([0xc3, 0x28]))).toBe(1007);
  expect(await endWith(Buffer.alloc(5 * 1024 * 1024, 0x20))).toBe(1009);
  await until(() => listener.closes.length === 2);
  expect(listener.closes.map(({ code }) => code)).toEqual([1007, 1009]);
});

/** Throws at a frame that the contract does not know, and where the socket ends. */
async function untilAnswered(socket: PamSocket): Promise<void> {
  const message = "and this is the end of it";
  socket.send({ type: "chat", message });
  // oxlint-disable-next-line no-await-in-loop -- frames come one after another
  while ((await socket.frame())["content"] !== message);
}

describe("whatever a client sends", () => {
  const TYPES = ["chat", "ping", "pong", "init", "auth", "test", "context_update", "zzz", "error"];
  const FIELDS = [
    "message",
    "content",
    "context",
    "metadata",
    "user_id",
    "session_id",
    "timestamp",
  ];
  const frame = fc
    .record({
      type: fc.constantFrom(...TYPES),
      fields: fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue({ maxDepth: 3 })),
    })
    .map(({ type, fields }) => JSON.stringify({ ...fields, type }));
  const odd = fc.constantFrom(
    '{"type":"ping","x":NaN}',
    '{"type":"ping","timestamp":-Infinity}',
    '{"type":"zzz","type":"ping"}',
    '{"type":"ping","__proto__":{"type":"chat"}}',
    `{"type":"ping","x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    `{"type":"ping","x":${"9".repeat(5_000)}}`,
    '{"type":"chat","message":"\\ud800"}',
    '{"type":"ping"} x',
    "",
    "null",
  );
  const data = fc.oneof(
    frame,
    odd,
    fc.json(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );

  test("what comes back is of the contract, and the server goes on", async () => {
    let user = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 4 }), async (sent) => {
        user += 1;
        const socket = await openPam(listener, { userId: `user-${user}` });
        for (const each of sent) socket.send(each);
        await untilAnswered(socket);
        socket.raw.terminate();
      }),
      { numRuns: 150 },
    );
    expect(listener.closes.filter(({ initiator }) => initiator === "proxy")).toEqual([]);
    await (await openPam(listener)).quiet();
  }, 60_000);

  test("no bytes behind the handshake stop the server", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const target = `/api/v1/pam/ws/${USER_ID}?token=${await signToken()}`;
        const client = connect({ port: listener.port, host: "127.0.0.1" });
        client.on("error", () => {});
        await once(client, "connect");
        client.write(encodeHandshake(target));
        await once(client, "data");
        client.end(bytes);
        client.resume();
        await once(client, "close");
      }),
      { numRuns: 100 },
    );
    const next = toPamSocket(await openRaw(listener));
    expect(await next.frame()).toMatchObject({ type: "connection" });
  }, 60_000);
});
