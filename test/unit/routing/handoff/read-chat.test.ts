import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readChat } from "#routing/handoff/read-chat.ts";

const json = JSON.stringify;
const ANSWER = json({ response: "Hi", actions: [] });

test("a chat is read with what it says of its user and its conversation", () => {
  const body = { message: "hello", context: { language: "fr" }, session_id: "s", more: 1 };
  expect(readChat(json(body), ANSWER)).toEqual({
    said: { message: "hello", context: { language: "fr" }, sessionId: "s" },
    answer: "Hi",
  });
});

test("the conversation's own name wins over the session's, as on the legacy", () => {
  const body = { message: "hello", session_id: "s", conversation_id: "c" };
  expect(readChat(json(body), ANSWER)).toMatchObject({ said: { sessionId: "c" } });
});

test("what is wrong beside the message counts as absent", () => {
  expect(readChat(json({ message: "hello", context: [], session_id: 7 }), ANSWER)).toMatchObject({
    said: { context: {}, sessionId: undefined },
  });
});

describe("no turn", () => {
  test.each([
    ["an empty answer", json({ response: " ", actions: [] })],
    [
      "an apology",
      json({
        response: "I'm having trouble processing your request right now. Please try again.",
        actions: [],
      }),
    ],
    ["a failure", json({ response: "Hi", actions: [{ type: "error", content: "403" }] })],
  ])("is %s", (_, answer) => {
    expect(readChat(json({ message: "hello" }), answer)).toBe("no-turn");
  });

  test("is made of anything that is no chat, without a throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.oneof(fc.string(), fc.json()), (a, b) => {
        expect(readChat(a, b)).toBe("unreadable");
      }),
    );
  });
});
