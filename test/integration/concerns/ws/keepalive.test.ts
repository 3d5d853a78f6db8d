import { afterEach, beforeEach, expect, test } from "vitest";

import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";
import { openPam, type PamSocket, type ReceivedFrame } from "#support/pam-socket.ts";
import { createScriptedTurn, type ScriptedTurn } from "#support/scripted-turn.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";
import { OPCODE, WebSocketPeer } from "#support/websocket-peer.ts";

let listener: TestListener;
let time: ManualTime;
let script: ScriptedTurn;

beforeEach(async () => {
  time = createManualTime(1_700_000_000_000);
  script = createScriptedTurn();
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: {
      clock: time.clock,
      scheduler: time.scheduler,
      turn: script.turn,
      loadUserContext: async (_userId, client) => client,
      tierOf: async () => "free",
    },
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

/** Lets seconds pass one by one, and the client's protocol pongs arrive in between. */
async function pass(socket: PamSocket, seconds: number): Promise<readonly ReceivedFrame[]> {
  const frames: ReceivedFrame[] = [];
  for (let second = 0; second < seconds; second += 1) {
    time.advance(1_000);
    if ((second + 1) % 5 > 0) continue;
    socket.send({ type: "ping" });
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- frames come one after another
      const frame = await socket.frame();
      if (frame.type === "pong") break;
      frames.push(frame);
    }
  }
  return frames;
}

const isSweep = ({ connection_id: id }: ReceivedFrame): boolean => id !== undefined;

test("pings of the connection come after 5 s and then every 25 s, those of the sweep every 20 s", async () => {
  const socket = await openPam(listener);
  const frames = await pass(socket, 60);
  expect(frames.filter((frame) => !isSweep(frame))).toEqual([
    { type: "ping", timestamp: "2023-11-14T22:13:25", ping_number: 1 },
    { type: "ping", timestamp: "2023-11-14T22:13:50", ping_number: 2 },
    { type: "ping", timestamp: "2023-11-14T22:14:15", ping_number: 3 },
  ]);
  expect(frames.filter(isSweep).map(({ timestamp }) => timestamp)).toEqual([
    1_700_000_020, 1_700_000_040, 1_700_000_060,
  ]);
});

test("a client that never answers pings is let go at the tick behind 70 s, whatever else it sends", async () => {
  const socket = await openPam(listener);
  await pass(socket, 75);
  time.advance(5_000);
  expect(await socket.end()).toBe("1001 Ping timeout");
});

test("one pong keeps the connection for 70 s more", async () => {
  const socket = await openPam(listener);
  await pass(socket, 75);
  socket.send({ type: "pong", timestamp: "whatever" });
  await socket.quiet();
  // At the ticks of 80, 105 and 130 s it is alive.
  await pass(socket, 75);
  time.advance(5_000);
  expect(await socket.end()).toBe("1001 Ping timeout");
});

test("a pong that is refused keeps nothing", async () => {
  const socket = await openPam(listener);
  await pass(socket, 75);
  socket.send({ type: "pong", user_id: "BAD" });
  expect(await socket.frame()).toMatchObject({ error_code: "VALIDATION_ERROR" });
  time.advance(5_000);
  expect(await socket.end()).toBe("1001 Ping timeout");
});

test("a pong counts while a chat is under way", async () => {
  const socket = await openPam(listener);
  await pass(socket, 75);
  socket.send({ type: "chat", message: "Take your time" });
  await until(() => script.asked.length === 1);
  socket.send({ type: "pong" });
  // Another socket's answer says that the server has read on.
  const other = await openPam(listener);
  await other.quiet();
  time.advance(5_000);
  script.answer("There");
  const frames = [await socket.frame(), await socket.frame()];
  expect(frames.map(({ type }) => type)).toEqual(["ping", "ping"]);
  expect(await socket.frame()).toMatchObject({ type: "chat_response" });
});

test("a client that does not answer protocol pings is let go after 40 s", async () => {
  const target = `/api/v1/pam/ws/11111111-1111-4111-8111-111111111111?token=${await signToken()}`;
  const { peer } = await WebSocketPeer.open(listener.port, target);
  await using _ = peer;
  await peer.frame();
  time.advance(20_000);
  const kinds: number[] = [];
  while (kinds.at(-1) !== OPCODE.ping) {
    // oxlint-disable-next-line no-await-in-loop -- frames come one after another
    kinds.push((await peer.frame()).opcode);
  }
  time.advance(20_000);
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- frames come one after another
    const { opcode, payload } = await peer.frame();
    if (opcode !== OPCODE.close) continue;
    expect(payload.readUInt16BE()).toBe(1011);
    expect(String(payload.subarray(2))).toBe("keepalive ping timeout");
    break;
  }
});

test("no timer stands where there is no socket", async () => {
  const before = time.pendingTimers;
  const socket = await openPam(listener);
  expect(time.pendingTimers).toBe(before + 1);
  socket.raw.close(1000, "");
  await until(() => time.pendingTimers === before);
});
