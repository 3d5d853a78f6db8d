import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createPushes, type Pushes } from "#pam/pushes/index.ts";
import { InMemoryPamInstanceStore } from "#pam/store/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { openPam, USER_ID } from "#support/pam-socket.ts";
import { createScriptedTurn, type ScriptedTurn } from "#support/scripted-turn.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

const CHAT = { type: "chat", message: "Where to?" };
const TIMER = {
  kind: "timer-expired",
  timerId: "t-1",
  label: "Tea",
  timerType: "timer",
  message: "Tea is done",
  timestamp: "2030-01-01T00:00:00Z",
} as const;

let listener: TestListener;
let script: ScriptedTurn;
let pushes: Pushes;
let store: InMemoryPamInstanceStore;
let flags: Record<string, "on">;

beforeEach(async () => {
  script = createScriptedTurn();
  store = new InMemoryPamInstanceStore();
  pushes = createPushes({ metrics: createMetrics({ version: "0" }), logger: silentLogger });
  flags = { "pam.ws": "on" };
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags,
    dependencies: {
      turn: script.turn,
      store,
      pushes,
      loadUserContext: async (_userId, client) => client,
      tierOf: async () => "free",
      isOn: (flag) => flags[flag] === "on",
    },
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const asked = async (count: number): Promise<unknown> => until(() => script.asked.length === count);

describe("one thing at a time", () => {
  test("chats are answered in their order, and a ping waits behind them", async () => {
    const socket = await openPam(listener);
    socket.send({ ...CHAT, message: "one" });
    socket.send({ ...CHAT, message: "two" });
    socket.send({ type: "ping" });
    await asked(1);
    script.answer("first");
    expect(await socket.frame()).toMatchObject({ type: "chat_response", message: "first" });
    await asked(2);
    script.answer("second");
    expect(await socket.frame()).toMatchObject({ message: "second", content: "second" });
    expect(await socket.frame()).toEqual({ type: "pong" });
    expect(script.asked.map(({ message }) => message)).toEqual(["one", "two"]);
  });

  test("nothing is pushed into a chat that is not answered, and it comes behind the answer", async () => {
    const socket = await openPam(listener);
    socket.send(CHAT);
    await asked(1);
    expect(await pushes.publish(USER_ID, TIMER)).toBe(true);
    script.answer("There");
    expect(await socket.frame()).toMatchObject({ type: "chat_response", message: "There" });
    expect(await socket.frame()).toMatchObject({ type: "timer_expired", timer_id: "t-1" });
  });

  test("a push waits for all chats that are under way", async () => {
    const socket = await openPam(listener);
    socket.send({ ...CHAT, message: "one" });
    socket.send({ ...CHAT, message: "two" });
    await asked(1);
    await pushes.publish(USER_ID, TIMER);
    script.answer("first");
    await asked(2);
    script.answer("second");
    const types = [await socket.frame(), await socket.frame(), await socket.frame()];
    expect(types.map(({ type }) => type)).toEqual([
      "chat_response",
      "chat_response",
      "timer_expired",
    ]);
  });

  test("of more pushes than anybody wants to be told at once the newest are", async () => {
    const socket = await openPam(listener);
    socket.send(CHAT);
    await asked(1);
    for (let at = 0; at < 40; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await pushes.publish(USER_ID, { ...TIMER, timerId: String(at) });
    }
    script.answer("There");
    expect(await socket.frame()).toMatchObject({ type: "chat_response" });
    expect(await socket.frame()).toMatchObject({ timer_id: "8" });
  });

  test("a push to a socket that waits for nothing goes to all sockets of the user, and to no other's", async () => {
    const [first, second] = [await openPam(listener), await openPam(listener)];
    const other = await openPam(listener, { userId: "somebody" });
    await pushes.publish(USER_ID, TIMER);
    expect(await first.frame()).toMatchObject({ type: "timer_expired" });
    expect(await second.frame()).toMatchObject({ type: "timer_expired" });
    await other.quiet();
  });

  test("an alert has the legacy's shape", async () => {
    const socket = await openPam(listener);
    await pushes.publish(USER_ID, {
      kind: "proactive-alert",
      category: "weather",
      message: "Storm ahead",
      priority: "high",
      actions: ["look"],
      alertType: "storm",
      atMs: 1_700_000_000_000,
    });
    expect(await socket.frame()).toEqual({
      type: "proactive_alert",
      timestamp: "2023-11-14T22:13:20",
      content: {
        type: "proactive_suggestion",
        category: "weather",
        message: "Storm ahead",
        priority: "high",
        actions: ["look"],
        timestamp: "2023-11-14T22:13:20",
        alert_type: "storm",
      },
      id: "proactive_1700000000000",
    });
  });
});

describe("a client that leaves", () => {
  test("gives up a turn that has called no tool", async () => {
    const socket = await openPam(listener);
    socket.send({ ...CHAT, message: "gone" });
    await asked(1);
    socket.raw.close(1000, "");
    await until(() => script.aborted.length === 1);
    expect(script.aborted).toEqual(["gone"]);
  });

  test("leaves a turn that has called a tool to its end", async () => {
    const socket = await openPam(listener);
    socket.send({ ...CHAT, message: "kept" });
    await asked(1);
    script.say({ kind: "tool-call", callId: "c", name: "create_expense" });
    // The event is heard before the socket's end is.
    const other = await openPam(listener);
    await other.quiet();
    socket.raw.terminate();
    await until(() => listener.closes.length === 1);
    await other.quiet();
    expect(script.aborted).toEqual([]);
    script.answer("done");
  });

  test("forgets what it has sent and nobody has read", async () => {
    const socket = await openPam(listener);
    socket.send({ ...CHAT, message: "one" });
    socket.send({ ...CHAT, message: "two" });
    await asked(1);
    socket.raw.terminate();
    await until(() => script.aborted.length === 1);
    const other = await openPam(listener);
    await other.quiet();
    expect(script.asked).toHaveLength(1);
  });
});

async function contextOf(...frames: readonly object[]): Promise<unknown> {
  const socket = await openPam(listener);
  for (const frame of frames) socket.send(frame);
  await asked(1);
  script.answer("There");
  await socket.frame();
  return script.asked[0]?.context;
}

describe("what the assistant is told", () => {
  test("who asks and over what, whatever the client says of it", async () => {
    const context = { user_id: "x", connection_type: "smoke", page: "/wins" };
    expect(await contextOf({ ...CHAT, context })).toEqual({
      user_id: USER_ID,
      connection_type: "websocket",
      page: "/wins",
    });
  });

  const INIT = {
    type: "init",
    session_id: "s-1",
    context: {
      userLocation: { lat: 1, lng: 2 },
      vehicleInfo: { type: "van" },
      travelStyle: "slow",
    },
  };

  test("where the user is by init, until the client says better", async () => {
    expect(await contextOf(INIT, CHAT)).toMatchObject({
      user_location: { lat: 1, lng: 2 },
      vehicle_info: { type: "van" },
      travel_style: "slow",
    });
    expect(script.asked[0]?.sessionId).toBe("s-1");
  });

  test("what the client says of its place, and what init said of its vehicle", async () => {
    const context = { user_location: { lat: 3, lng: 4 }, vehicle_info: { type: "bus" } };
    expect(await contextOf(INIT, { ...CHAT, context, session_id: "s-2" })).toMatchObject({
      user_location: { lat: 3, lng: 4 },
      vehicle_info: { type: "van" },
    });
    expect(script.asked[0]?.sessionId).toBe("s-2");
  });

  test("nothing of an init without a place", async () => {
    const init = { type: "init", context: { vehicleInfo: { type: "van" } } };
    expect(await contextOf(init, CHAT)).toEqual({
      user_id: USER_ID,
      connection_type: "websocket",
    });
  });

  test("what a context_update said is remembered for the user, and adds to what was", async () => {
    const socket = await openPam(listener);
    socket.send({ type: "context_update", context: { userLocation: { lat: 1, lng: 2 } } });
    expect(await socket.frame()).toMatchObject({ type: "context_updated" });
    socket.send({ type: "context_update", context: { current_page: "/wins", language: "fr" } });
    await socket.frame();
    expect((await store.read(USER_ID)).state).toMatchObject({
      language: "fr",
      context: { user_location: { lat: 1, lng: 2 }, current_page: "/wins" },
    });
  });
});

describe("answers in pieces", () => {
  test("come to a client that asks for them, where the flag lets them", async () => {
    flags["pam.ws.stream"] = "on";
    const socket = await openPam(listener);
    socket.send({ ...CHAT, stream: true });
    await asked(1);
    script.say({ kind: "text-delta", text: "The" });
    script.say({ kind: "text-delta", text: "re" });
    script.answer("There");
    const frames = [];
    for (let at = 0; at < 4; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- frames come one after another
      frames.push(await socket.frame());
    }
    expect(frames).toMatchObject([
      { type: "chat_response_start", status: "processing" },
      { type: "chunk", content: "The" },
      { type: "chunk", content: "re" },
      { type: "response_complete" },
    ]);
    expect(script.asked[0]?.context).toMatchObject({ connection_type: "websocket_streaming" });
  });

  test("end with an apology where the model fails", async () => {
    flags["pam.ws.stream"] = "on";
    const socket = await openPam(listener);
    socket.send({ ...CHAT, stream: true });
    await asked(1);
    script.say({
      kind: "turn-error",
      reason: { kind: "deadline" },
      text: "no",
      uiActions: [],
      mayHaveChanged: false,
    });
    await socket.frame();
    expect(await socket.frame()).toMatchObject({
      type: "chunk",
      content: "I encountered an error. Please try again.",
    });
    expect(await socket.frame()).toMatchObject({ type: "response_complete" });
  });

  test("do not ask to try again what was done before the model failed", async () => {
    flags["pam.ws.stream"] = "on";
    const socket = await openPam(listener);
    socket.send({ ...CHAT, stream: true });
    await asked(1);
    script.say({
      kind: "turn-error",
      reason: { kind: "deadline" },
      text: "This has been done already: Recorded $5.",
      uiActions: [],
      mayHaveChanged: true,
    });
    await socket.frame();
    expect(await socket.frame()).toMatchObject({
      type: "chunk",
      content: "This has been done already: Recorded $5.",
    });
  });

  test.each([
    ["without the flag", false, true],
    ["without being asked", true, undefined],
  ])("do not come %s", async (_, isOn, stream) => {
    if (isOn) flags["pam.ws.stream"] = "on";
    const socket = await openPam(listener);
    socket.send({ ...CHAT, stream });
    await asked(1);
    script.say({ kind: "text-delta", text: "There" });
    script.answer("There");
    expect(await socket.frame()).toMatchObject({ type: "chat_response", message: "There" });
    await socket.quiet();
  });
});

test("a turn that fails is told as an answer, with what was changed before", async () => {
  const socket = await openPam(listener);
  socket.send(CHAT);
  await asked(1);
  script.say({
    kind: "turn-error",
    reason: { kind: "deadline" },
    text: "Try again.",
    uiActions: [],
    mayHaveChanged: false,
  });
  expect(await socket.frame()).toMatchObject({
    type: "chat_response",
    message: "Try again.",
    error: false,
  });
});

test("what nobody foresaw ends the socket, and nothing else", async () => {
  await listener[Symbol.asyncDispose]();
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: {
      tierOf: async () => Promise.reject(new Error("a defect")),
      loadUserContext: async () => ({}),
    },
  });
  const socket = await openPam(listener);
  socket.send(CHAT);
  expect(await socket.end()).toBe("1011 Internal server error");
  await (await openPam(listener)).quiet();
});
