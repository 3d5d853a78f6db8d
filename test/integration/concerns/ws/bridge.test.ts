import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { OpenSocket } from "#contract-suite/wire/socket-client.ts";
import { createMemoryViolationStore } from "#pam/safety/violations/memory-violation-store.ts";
import type { ViolationStore } from "#pam/safety/violations/violation-store.ts";
import { systemClock } from "#platform/clock.ts";
import { openRaw, USER_ID } from "#support/pam-socket.ts";
import { createScriptedTurn, type ScriptedTurn } from "#support/scripted-turn.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

const path = "/api/v1/pam/voice-hybrid/bridge";

let listener: TestListener;
let script: ScriptedTurn;
let violations: ViolationStore;

beforeEach(async () => {
  script = createScriptedTurn();
  violations = createMemoryViolationStore(systemClock);
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: {
      turn: script.turn,
      violations,
      loadUserContext: async (_userId, client) => client,
      tierOf: async () => "free",
    },
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const open = async (): Promise<OpenSocket> => openRaw(listener, { path });

async function next(socket: OpenSocket): Promise<unknown> {
  const event = await socket.next(5_000);
  return event?.kind === "text" ? JSON.parse(event.text) : event;
}

const say = (socket: OpenSocket, frame: object): void => socket.send(JSON.stringify(frame));
const answerOnce = async (text: string): Promise<void> => {
  await until(() => script.asked.length > 0);
  script.answer(text);
};

test("another user's token is closed on", async () => {
  const socket = await openRaw(listener, { path, token: "x" });
  expect(await next(socket)).toMatchObject({ kind: "close", code: 4001 });
});

test("a question of the voice model is answered, compact and in the legacy's order", async () => {
  const socket = await open();
  say(socket, { type: "supervisor_request", user_request: "Where to?", context: { page: "x" } });
  await answerOnce("There");
  const event = await socket.next(5_000);
  expect(event).toEqual({
    kind: "text",
    text: '{"type":"supervisor_response","text":"There","ui_actions":[],"request_type":"general"}',
  });
  expect(script.asked[0]).toMatchObject({
    userId: USER_ID,
    message: "Where to?",
    context: { page: "x", user_id: USER_ID },
  });
});

test("what the user says is answered with the timestamp as it came", async () => {
  const socket = await open();
  say(socket, { type: "user_message", text: "Hi", timestamp: { odd: [1] } });
  await answerOnce("Hello");
  expect(await next(socket)).toEqual({
    type: "assistant_response",
    text: "Hello",
    ui_actions: [],
    timestamp: { odd: [1] },
  });
});

test("nothing said is answered without asking anybody", async () => {
  const socket = await open();
  say(socket, { type: "user_message", text: "  " });
  expect(await next(socket)).toMatchObject({
    text: "I received your message. How can I help?",
    timestamp: null,
  });
  expect(script.asked).toEqual([]);
});

test("an unknown type is met with silence, and questions are answered in their order", async () => {
  const socket = await open();
  say(socket, { type: "zzz" });
  say(socket, { type: "user_message", text: "Hi" });
  say(socket, { type: "ping" });
  say(socket, { type: "clear_history" });
  await answerOnce("Hello");
  expect(await next(socket)).toMatchObject({ type: "assistant_response" });
  expect(await next(socket)).toEqual({ type: "pong" });
  expect(await next(socket)).toEqual({ type: "history_cleared" });
});

describe("what cannot be read ends the bridge without telling why", () => {
  test.each([
    ["no JSON", "{bad"],
    ["a list", "[1]"],
    ["null for a context", '{"type":"supervisor_request","context":null}'],
    ["null for a text", '{"type":"user_message","text":null}'],
    ["bytes", Buffer.from([1, 2])],
  ])("%s", async (_, data) => {
    const socket = await open();
    socket.send(data);
    expect(await next(socket)).toEqual({ kind: "close", code: 1011, reason: "Invalid message" });
  });
});

describe("what a user may not say", () => {
  test("is refused in a sentence", async () => {
    const socket = await open();
    say(socket, { type: "user_message", text: "javascript:alert(1)" });
    expect(await next(socket)).toMatchObject({
      text: expect.stringContaining("I detected something unusual"),
      ui_actions: [],
    });
  });

  test("is counted where the turn blocks it", async () => {
    const socket = await open();
    say(socket, { type: "user_message", text: "is it dangerous" });
    await until(() => script.asked.length === 1);
    script.say({
      kind: "turn-error",
      reason: {
        kind: "blocked",
        verdict: {
          isMalicious: true,
          confidence: 0.9,
          reason: "Detected jailbreak pattern",
          detectionMethod: "regex",
          check: "jailbreak",
          event: "PROMPT_INJECTION",
        },
      },
      text: "No.",
      uiActions: [],
      mayHaveChanged: false,
    });
    expect(await next(socket)).toMatchObject({ text: "No." });
    await until(async () => (await violations.top(1)).length === 1);
  });

  test("too often is told in a sentence, too", async () => {
    const socket = await open();
    for (let at = 0; at < 60; at += 1) say(socket, { type: "user_message", text: "" });
    for (let at = 0; at < 60; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- frames come one after another
      expect(await next(socket)).toMatchObject({ text: expect.stringMatching(/^I received/u) });
    }
    say(socket, { type: "user_message", text: "" });
    expect(await next(socket)).toMatchObject({
      text: expect.stringMatching(/^Rate limit exceeded/u),
    });
  });
});
