import { describe, expect, test } from "vitest";

import { decodeMessage, encodeMessage, newestMessages } from "#pam/store/history-message.ts";

const message = { role: "user", text: "hi", id: "m1", atMs: 5 } as const;

test("a message is read as it was written", () => {
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

describe("a message that another build wrote", () => {
  test("is read where its version is newer and it has more to say", () => {
    const text = JSON.stringify({ ...message, v: 7, mood: "fine" });
    expect(decodeMessage(text)).toEqual(message);
  });

  test("is read where it has no tool calls yet", () => {
    const text = JSON.stringify({ v: 1, id: "m1", atMs: 5, role: "assistant", text: "yes" });
    expect(decodeMessage(text)).toEqual({
      role: "assistant",
      text: "yes",
      toolCalls: [],
      id: "m1",
      atMs: 5,
    });
  });

  test.each(['{"v":2,"role":"picture","id":"m1","atMs":5}', "{}", "null", "no JSON", ""])(
    "is passed over where it cannot be read: %s",
    (text) => {
      expect(decodeMessage(text)).toBeUndefined();
    },
  );
});

test("results alone are no history", () => {
  expect(newestMessages([{ role: "tool", results: [] }])).toEqual([]);
});
