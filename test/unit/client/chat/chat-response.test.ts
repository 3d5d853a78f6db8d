import { describe, expect, test } from "vitest";

import { readChatResponse } from "#client/chat/chat-response.ts";

test.each([
  [{ response: "a", message: "b", content: "c" }, "a"],
  [{ response: "", message: "b" }, "b"],
  [{ content: "c" }, "c"],
  [{ response: "" }, ""],
])("%j says %j", (answer, text) => {
  expect(readChatResponse(answer)).toMatchObject({ response: text, message: text, content: text });
});

test.each([{}, null, "text", [], { response: 7 }])("%j says nothing", (answer) => {
  expect(readChatResponse(answer)).toBeUndefined();
});

describe("actions", () => {
  const trip = {
    type: "reload_trips",
    entity_id: 7,
    entity_type: "trip",
    entity_title: null,
    metadata: { start_date: "2026-11-22" },
  };

  test("ids are texts, and what a row has not is left out", () => {
    expect(readChatResponse({ response: "x", ui_actions: [trip] })?.ui_actions).toEqual([
      { ...trip, entity_id: "7", entity_title: undefined },
    ]);
  });

  test("kinds that are not known are left out, and the others kept", () => {
    const ui_actions = [{ type: "dance" }, null, { type: "open_map" }];
    const read = readChatResponse({ response: "x", ui_actions, actions: null });
    expect(read?.ui_actions.map(({ type }) => type)).toEqual(["open_map"]);
  });
});

describe("failures told as answers", () => {
  test("over REST they are an action", () => {
    const content = "400: Message contains suspicious content and was rejected";
    const read = readChatResponse({ response: "Sorry", actions: [{ type: "error", content }] });
    expect(read).toMatchObject({ error: true, error_details: content, ui_actions: [] });
  });

  test("over the socket they are a flag", () => {
    const read = readChatResponse({ message: "Sorry", error: true, error_details: "boom" });
    expect(read).toMatchObject({ response: "Sorry", error: true, error_details: "boom" });
  });
});
