import { once } from "node:events";

import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { readFrame, toChatFrame } from "#support/chat-legacy.ts";
import { type HandoffSide, startHandoffSide } from "#support/handoff-side.ts";
import { signToken } from "#support/sign-token.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

interface Opening {
  readonly token?: string;
  readonly path?: string;
  readonly perMessageDeflate?: boolean;
}

interface Client extends AsyncDisposable {
  readonly socket: WebSocket;
  say(frame: object | string): void;
  /** Resolves with the next frame of that type. */
  hear(type: string): Promise<unknown>;
}

async function open(
  { listener }: HandoffSide,
  { token, path = "/api/v1/pam/ws", perMessageDeflate = false }: Opening = {},
): Promise<Client> {
  const url = new URL(`${path}/${USER}?token=${token ?? (await signToken())}`, listener.url);
  const socket = new WebSocket(url.href.replace("http", "ws"), { perMessageDeflate });
  const heard: ReturnType<typeof readFrame>[] = [];
  socket.on("message", (data) => {
    heard.push(readFrame(data));
    socket.emit("heard");
  });
  await once(socket, "open");
  return {
    socket,
    say: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    async hear(type) {
      for (;;) {
        const at = heard.findIndex((frame) => frame.type === type);
        if (at !== -1) return heard.splice(at, 1)[0];
        // oxlint-disable-next-line no-await-in-loop -- frames come one after another
        await once(socket, "heard");
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

test.each([false, true])(
  "turns of a socket are kept in their order (compressed: %s)",
  async (perMessageDeflate) => {
    await using side = await startHandoffSide({ perMessageDeflate });
    await using client = await open(side, { perMessageDeflate });
    expect(client.socket.extensions).toBe(perMessageDeflate ? "permessage-deflate" : "");
    for (const message of ["one", "two & three", "one"]) {
      client.say({ type: "ping" });
      client.say({ type: "chat", message });
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await client.hear("chat_response");
    }
    expect(await side.saidBy(USER, 6)).toEqual([
      "user: one",
      "assistant: You said one",
      "user: two &amp;amp; three",
      "assistant: You said two & three",
      "user: one",
      "assistant: You said one",
    ]);
  },
);

test("REST and socket are one conversation", async () => {
  await using side = await startHandoffSide();
  await using client = await open(side);
  client.say({ type: "chat", message: "by socket" });
  await client.hear("chat_response");
  await side.counted("kept");
  await fetch(new URL("/api/v1/pam/chat", side.listener.url), {
    method: "POST",
    headers: { authorization: `Bearer ${await signToken()}` },
    body: JSON.stringify({ message: "by request" }),
  });
  expect(await side.saidBy(USER, 4)).toEqual([
    "user: by socket",
    "assistant: You said by socket",
    "user: by request",
    "assistant: You said by request",
  ]);
});

test("language and context go with a chat, an init holds for its socket, an acknowledged update is kept", async () => {
  await using side = await startHandoffSide();
  await using client = await open(side);
  const place = { lat: -33.9, lng: 151.2 };
  client.say({
    type: "init",
    context: { userLocation: place, vehicleInfo: { name: "Unimog" }, travelStyle: "slow" },
  });
  client.say({ type: "chat", message: "bonjour", context: { language: "fr" } });
  await client.hear("chat_response");
  await side.counted("kept");
  expect((await side.store.read(USER)).state).toMatchObject({
    language: "fr",
    context: {
      user_location: place,
      vehicle_info: { name: "Unimog" },
      travel_style: "slow",
    },
  });
  client.say({ type: "context_update", context: { timezone: "Australia/Perth" } });
  await client.hear("context_updated");
  await side.counted("context-kept");
  expect((await side.store.read(USER)).state.context).toMatchObject({
    timezone: "Australia/Perth",
    user_location: place,
  });
});

test("the bridge of the voice is the same conversation", async () => {
  await using side = await startHandoffSide({
    onSocket: (socket) =>
      socket.on("message", (data) => {
        const { text, user_request } = readFrame(data);
        const type = text === undefined ? "supervisor_response" : "assistant_response";
        socket.send(JSON.stringify({ type, text: `heard ${text ?? user_request}` }));
      }),
  });
  await using client = await open(side, { path: "/api/v1/pam/voice-hybrid/bridge" });
  client.say({ type: "user_message", text: "spoken", context: { language: "es" } });
  await client.hear("assistant_response");
  client.say({ type: "supervisor_request", user_request: "asked" });
  await client.hear("supervisor_response");
  expect(await side.saidBy(USER, 4)).toEqual([
    "user: spoken",
    "assistant: heard spoken",
    "user: asked",
    "assistant: heard asked",
  ]);
});

describe("an answer is given to what it answers", () => {
  test("across pushes, pings, errors and what is met with silence", async () => {
    await using side = await startHandoffSide({
      onSocket: (socket) =>
        socket.on("message", (data) => {
          const { type, message } = readFrame(data);
          if (type === undefined || type === "pong") return;
          if (type === "ping") socket.send('{"type":"pong"}');
          else if (type !== "chat" || message === "refuse")
            socket.send('{"type":"error","message":"no"}');
          else {
            socket.send('{"type":"timer_expired","message":"Pasta"}');
            socket.send('{"type":"ping","timestamp":"2026-11-22T20:32:57"}');
            socket.send(toChatFrame(`answer to ${message}`));
          }
        }),
    });
    await using client = await open(side);
    for (const frame of [
      "no json",
      { type: "pong", timestamp: 1 },
      { type: "heartbeat" },
      { type: "chat", message: "refuse" },
      { type: "nonsense" },
      { type: "chat", message: "first" },
      { type: "ping" },
      { type: "chat", message: "refuse" },
      { type: "chat", message: "second" },
    ]) {
      client.say(frame);
    }
    expect(await side.saidBy(USER, 4)).toEqual([
      "user: first",
      "assistant: answer to first",
      "user: second",
      "assistant: answer to second",
    ]);
  });

  test("and one that never comes is no turn", async () => {
    await using side = await startHandoffSide({
      onSocket: (socket) =>
        socket.on("message", (data) => {
          const { message } = readFrame(data);
          if (message === "fail") socket.send(toChatFrame("sorry", { error: true }));
          if (message === "leave") socket.close(1001, "Ping timeout");
        }),
    });
    const client = await open(side);
    client.say({ type: "chat", message: "fail" });
    await client.hear("chat_response");
    client.say({ type: "chat", message: "leave" });
    await once(client.socket, "close");
    expect(await side.countOf("no-turn")).toBe(1);
    expect((await side.store.read(USER)).history).toEqual([]);
  });
});

describe("nothing is kept", () => {
  const unsigned = [{ alg: "none" }, { sub: USER, exp: 4_102_444_800 }, ""]
    .map((part) => (part === "" ? "" : Buffer.from(JSON.stringify(part)).toString("base64url")))
    .join(".");

  test.each([
    ["that nobody signed", async () => unsigned],
    ["that is another user's", async () => signToken({ sub: OTHER })],
  ])("of a socket under a token %s", async (_, token) => {
    await using side = await startHandoffSide();
    await using client = await open(side, { token: await token() });
    client.say({ type: "chat", message: "hello" });
    await client.hear("chat_response");
    await side.counted("unverified");
    expect((await side.store.read(USER)).history).toEqual([]);
    expect((await side.store.read(OTHER)).history).toEqual([]);
  });

  test("of a socket behind a frame that is too large, and every byte of it passes", async () => {
    await using side = await startHandoffSide();
    await using client = await open(side);
    const message = "x".repeat(200_000);
    client.say({ type: "chat", message });
    expect(await client.hear("chat_response")).toMatchObject({ message: `You said ${message}` });
    client.say({ type: "chat", message: "hello" });
    await client.hear("chat_response");
    expect(await side.countOf("unreadable")).toBe(1);
    expect((await side.store.read(USER)).history).toEqual([]);
  });

  test("where the flag is off when the socket opens, until it closes", async () => {
    await using side = await startHandoffSide();
    side.flags.turn("pam.handoff", "off");
    await using client = await open(side);
    side.flags.turn("pam.handoff", "on");
    client.say({ type: "chat", message: "hello" });
    await client.hear("chat_response");
    await using later = await open(side);
    later.say({ type: "chat", message: "again" });
    await later.hear("chat_response");
    expect(await side.saidBy(USER, 2)).toEqual(["user: again", "assistant: You said again"]);
  });
});
