import { once } from "node:events";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET, type StandIn } from "#stand-in/index.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";
import { OPCODE, WebSocketPeer } from "#support/websocket-peer.ts";

const recordings = loadRecordings(join(packageRoot(), "contracts", "recordings"));
const sign = createTokenSigner(DEFAULT_TOKEN_SECRET);
const tokenOf = (sub: string): string =>
  sign({ header: { alg: "HS256" }, claims: { sub }, signature: "none" });

let time: ManualTime;
let standIn: StandIn;
let url: URL;
const sockets = new Set<WebSocket>();

beforeEach(async () => {
  time = createManualTime(Date.UTC(2026, 10, 22));
  standIn = createStandIn({ recordings, clock: time.clock, scheduler: time.scheduler });
  ({ url } = await standIn.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  sockets.clear();
  await standIn.close();
});

interface Talk {
  readonly socket: WebSocket;
  readonly closed: Promise<readonly [number, string]>;
  send(frame: unknown): void;
  /** The next frame as text. */
  next(): Promise<string>;
  /** Resolves when the stand-in has handled all that was sent. */
  settle(): Promise<void>;
}

function connect(path: string, options: WebSocket.ClientOptions = {}): Talk {
  const socket = new WebSocket(`ws://${url.host}/api/v1/pam${path}`, options);
  sockets.add(socket);
  const frames: string[] = [];
  socket.on("message", (data: Buffer) => {
    frames.push(data.toString("utf8"));
    socket.emit("frame");
  });
  const closed = once(socket, "close").then((given) => {
    const [code, reason] = given as [number, Buffer];
    return [code, reason.toString("utf8")] as const;
  });
  return {
    socket,
    closed,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    async next() {
      // oxlint-disable-next-line no-await-in-loop -- each turn waits for a frame
      while (frames.length === 0) await once(socket, "frame");
      return frames.shift() ?? "";
    },
    async settle() {
      socket.ping();
      await once(socket, "pong");
    },
  };
}

async function openPam(userId = "me", options?: WebSocket.ClientOptions): Promise<Talk> {
  const talk = connect(`/ws/${userId}?token=${tokenOf(userId)}`, options);
  expect(await talk.next()).toMatch(/^\{"type": "connection", "status": "connected"/);
  return talk;
}

describe("the handshake", () => {
  test("the welcome comes right behind the 101", async () => {
    const target = `/api/v1/pam/ws/me?token=${tokenOf("me")}`;
    const { peer, head } = await WebSocketPeer.open(Number(url.port), target);
    await using open = peer;
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\nUpgrade: websocket\r\n/);
    expect(head).toMatch(/\r\ndate: Sun, 22 Nov 2026 00:00:00 GMT\r\nserver: uvicorn\r\n\r\n$/);
    expect(open.unread).toBeGreaterThan(0);
    const frame = await open.frame();
    expect(frame.opcode).toBe(OPCODE.text);
    expect(frame.payload.toString("utf8")).toContain('"timestamp": "2026-11-2');
  });

  test("no subprotocol is chosen", async () => {
    const socket = new WebSocket(`ws://${url.host}/api/v1/pam/ws/me?token=${tokenOf("me")}`, ["x"]);
    sockets.add(socket);
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toBe("Server sent no subprotocol");
  });

  test("a reason too long for a close frame leaves a socket that nobody answers on", async () => {
    const header = Buffer.from([0xff]).toString("base64url");
    const talk = connect(`/ws/me?token=${header}.e30.`);
    await once(talk.socket, "open");
    talk.send({ type: "ping" });
    await talk.settle();
    expect(talk.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("a frame that was not recorded", () => {
  test.each([
    ["of a type that is not allowed", { type: "batch" }, "VALIDATION_ERROR"],
    ["with a user id in capitals", { type: "ping", user_id: "A" }, "VALIDATION_ERROR"],
    ["with 2001 characters", { type: "chat", message: "x".repeat(2001) }, "VALIDATION_ERROR"],
    [
      "of an allowed type without a handler",
      { type: "heartbeat" },
      "Unknown message type: heartbeat",
    ],
    ["with a text of its own", { type: "chat", message: "What now?" }, "Hello from PAM."],
    ["with an empty text", { type: "chat", message: "", content: "" }, "I didn't receive"],
    ["with a context of its own", { type: "context_update", context: { a: 1 } }, "context_updated"],
  ])("%s gets what its sort gets", async (_, frame, part) => {
    const talk = await openPam();
    talk.send(frame);
    expect(await talk.next()).toContain(part);
  });

  test("and wants no answer gets none", async () => {
    const talk = await openPam();
    for (const frame of [
      { type: "init", context: { a: 1 } },
      { type: "pong", timestamp: 1 },
      "[]",
    ]) {
      talk.send(frame);
    }
    talk.send({ type: "ping", id: 7 });
    expect(await talk.next()).toBe('{"type": "pong"}');
  });
});

test("the fifth refusal of a user closes, on whichever socket, and every later one too", async () => {
  const first = await openPam();
  for (let count = 0; count < 4; count += 1) first.send({ type: "batch" });
  for (let count = 0; count < 4; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await first.next()).toContain("VALIDATION_ERROR");
  }
  for (const talk of [await openPam(), await openPam()]) {
    talk.send({ type: "batch" });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await talk.closed).toEqual([4003, "Repeated validation failures"]);
  }
  const other = await openPam("another");
  other.send({ type: "batch" });
  expect(await other.next()).toContain("VALIDATION_ERROR");
});

/** Passes time in steps shorter than any of the legacy's, answering what comes. */
async function live(talk: Talk, seconds: number, answer: () => void): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await talk.settle();
    answer();
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await talk.settle();
    time.advance(5000);
  }
}

describe("a socket lives", () => {
  test("as long as the client sends pongs", async () => {
    const talk = await openPam();
    await live(talk, 300, () => talk.send({ type: "pong" }));
    expect(talk.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("for 80 s where the client sends pings only", async () => {
    const talk = await openPam();
    await live(talk, 75, () => talk.send({ type: "ping" }));
    expect(talk.socket.readyState).toBe(WebSocket.OPEN);
    time.advance(5000);
    expect(await talk.closed).toEqual([1001, "Ping timeout"]);
  });

  test("for 40 s where protocol pings go unanswered", async () => {
    const talk = await openPam("me", { autoPong: false });
    time.advance(39_000);
    await talk.settle();
    expect(talk.socket.readyState).toBe(WebSocket.OPEN);
    time.advance(1000);
    expect(await talk.closed).toEqual([1011, "keepalive ping timeout"]);
  });

  test("until the stand-in stops, which closes it as a restart does", async () => {
    const talk = await openPam();
    await standIn.close();
    expect((await talk.closed)[0]).toBe(1012);
  });
});

test("the sweep's pings have an id that stays the connection's", async () => {
  const talk = await openPam();
  time.advance(20_000);
  const [a, b] = [await talk.next(), await talk.next()];
  expect(a).toMatch(/^\{"type": "ping", "timestamp": "[^"]+", "ping_number": 1\}$/);
  time.advance(20_000);
  const sweeps = [b, await talk.next(), await talk.next()].filter((text) =>
    text.startsWith('{"type":"ping","timestamp":1'),
  );
  const ids = sweeps.map((text) => (JSON.parse(text) as { connection_id: string }).connection_id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

describe("a timer's notification", () => {
  const timer = {
    user_id: "me",
    timer_id: "t9",
    label: "Tea",
    timer_type: "alarm",
    message: "Tea is done",
    timestamp: "2030-01-01T00:00:00Z",
  };
  const notify = async (): Promise<unknown> => {
    const answer = await fetch(new URL("/api/v1/pam/internal/notify-timer", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(timer),
    });
    return answer.json();
  };

  test("reaches every open socket of the user, and the answer says so", async () => {
    const [one, two] = [await openPam(), await openPam()];
    expect(await notify()).toEqual({
      success: true,
      message: "Notification sent to user me",
      websocket_connected: true,
    });
    const frame =
      '{"type": "timer_expired", "timer_id": "t9", "label": "Tea", "timer_type": "alarm", ' +
      '"message": "Tea is done", "timestamp": "2030-01-01T00:00:00Z", "action": "show_notification", ' +
      '"notification": {"title": "Alarm Complete!", "body": "Tea is done", ' +
      '"requireInteraction": true, "tag": "timer-t9"}}';
    expect([await one.next(), await two.next()]).toEqual([frame, frame]);
  });

  test("succeeds for a user without a socket too", async () => {
    const talk = await openPam("another");
    expect(await notify()).toMatchObject({ success: true, websocket_connected: false });
    talk.send({ type: "ping" });
    expect(await talk.next()).toBe('{"type": "pong"}');
  });

  test("has the recorded form", async () => {
    const recorded = recordings.ws.find(({ id }) => id === "ws/timer-notification");
    const frames = recorded?.events.flatMap((event) =>
      event.kind === "receive" ? event.text : [],
    );
    const expected = JSON.parse(frames?.[1] ?? "") as Record<string, string>;
    const talk = await openPam();
    await fetch(new URL("/api/v1/pam/internal/notify-timer", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...expected, user_id: "me" }),
    });
    expect(await talk.next()).toBe(frames?.[1]);
  });
});

const openBridge = async (): Promise<Talk> => {
  const talk = connect("/voice-hybrid/bridge/anybody");
  await once(talk.socket, "open");
  return talk;
};

describe("the bridge", () => {
  test.each([
    [{ type: "ping" }, { type: "pong" }],
    [{ type: "clear_history" }, { type: "history_cleared" }],
    [
      { type: "supervisor_request", request_type: "trip" },
      { type: "supervisor_response", request_type: "trip", ui_actions: [] },
    ],
    [
      { type: "user_message", text: "hello", timestamp: 12 },
      { type: "assistant_response", timestamp: 12, ui_actions: [] },
    ],
    [
      { type: "user_message", text: "hello" },
      { type: "assistant_response", timestamp: null },
    ],
  ])("answers %j", async (frame, expected) => {
    const talk = await openBridge();
    talk.send(frame);
    const text = await talk.next();
    expect(JSON.parse(text)).toMatchObject(expected);
    expect(text).not.toContain(": ");
  });

  test.each([
    ["null", "'NoneType' object has no attribute 'get'"],
    ["1", "'int' object has no attribute 'get'"],
    ["1.5", "'float' object has no attribute 'get'"],
    ["true", "'bool' object has no attribute 'get'"],
    ['"x"', "'str' object has no attribute 'get'"],
    ["", "Expecting value: line 1 column 1 (char 0)"],
    ['{"a":\n 1,}', "Illegal trailing comma before end of object: line 2 column 3 (char 8)"],
  ])("closes on %j with the text of its exception", async (frame, reason) => {
    const talk = await openBridge();
    talk.send(frame);
    expect(await talk.closed).toEqual([1011, reason]);
  });

  test("closes on a binary frame", async () => {
    const talk = await openBridge();
    talk.socket.send(Buffer.from("{}"));
    expect((await talk.closed)[0]).toBe(1011);
  });
});

test("a message over 16 MiB closes the socket", async () => {
  const talk = await openPam();
  talk.socket.send("x".repeat(16 * 1024 * 1024 + 1));
  expect((await talk.closed)[0]).toBe(1009);
});
