import { describe, expect, test } from "vitest";

import { toSnapshot } from "#pam/store/index.ts";
import { decodeState, encodeState, MAX_CONTEXT_BYTES } from "#pam/store/instance-state.ts";

test("a state is read as it was written", () => {
  const state = { language: "es", context: { a: { b: [1] } }, lastActivityMs: 1_700_000_000_000 };
  expect(decodeState(encodeState(state))).toEqual(state);
});

test("only what is given is written, with the version", () => {
  expect(encodeState({ language: "en" })).toEqual(["v", "1", "language", "en"]);
});

test("fields of another build are passed over, and one that cannot be read is not known", () => {
  expect(
    decodeState([
      "v",
      "9",
      "mood",
      "fine",
      "context",
      "{",
      "last_activity",
      "soon",
      "language",
      "",
    ]),
  ).toEqual({ language: "" });
  expect(decodeState(["context", "[1]"])).toEqual({});
});

test("a value that reads like a name is none", () => {
  expect(decodeState(["mood", "language", "language", "fr"])).toEqual({ language: "fr" });
});

describe("what waits for a yes", () => {
  const pending = { conversation: "c", askedAtMs: 5, calls: ["a"] };

  test("is read as it was written, and what was taken back is none", () => {
    expect(decodeState(encodeState({ pending }))).toEqual({ pending });
    expect(decodeState(encodeState({ pending: null }))).toEqual({});
  });

  test.each([
    "{",
    "null",
    '{"conversation":null,"askedAtMs":5,"calls":[]}',
    JSON.stringify({ ...pending, calls: Array.from({ length: 9 }, () => "a") }),
    JSON.stringify({ ...pending, calls: ["x".repeat(129)] }),
  ])("is nothing where it is nonsense: %s", (text) => {
    expect(decodeState(["pending", text])).toEqual({});
  });
});

describe("a snapshot", () => {
  test("has what is worth remembering and nothing else", () => {
    expect(
      toSnapshot({
        user_location: { lat: 1 },
        timezone: "UTC",
        vehicle_info: { type: "van" },
        travel_style: "slow",
        current_page: "map",
        financial_context: { balance: 5 },
        user_id: "u1",
      }),
    ).toEqual({
      user_location: { lat: 1 },
      timezone: "UTC",
      vehicle_info: { type: "van" },
      travel_style: "slow",
      current_page: "map",
    });
  });

  test("leaves out what does not fit, and still takes what does", () => {
    const snapshot = toSnapshot({
      timezone: "UTC",
      vehicle_info: { notes: "x".repeat(MAX_CONTEXT_BYTES) },
      current_page: "map",
    });
    expect(snapshot).toEqual({ timezone: "UTC", current_page: "map" });
  });
});
