import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  readChatCompletion,
  readChatCompletionsStream,
} from "#pam/providers/chat-completions/read.ts";
import { readMessage, readMessagesStream } from "#pam/providers/messages/read.ts";
import { ProviderError } from "#pam/providers/provider-error.ts";
import type { ProviderEvent } from "#pam/providers/provider.ts";
import { FORMATS } from "#support/model-fixture.ts";

async function* from(items: readonly unknown[]): AsyncGenerator {
  yield* items;
}
const chat = async (...chunks: readonly unknown[]): Promise<ProviderEvent[]> =>
  Array.fromAsync(readChatCompletionsStream(from(chunks), FORMATS.chatCompletions));
const claude = async (...events: readonly unknown[]): Promise<ProviderEvent[]> =>
  Array.fromAsync(readMessagesStream(from(events), FORMATS.claude));

const chunk = (delta: object, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const fragment = (index: number, more: object): object =>
  chunk({ tool_calls: [{ index, ...more }] });

/** A text in pieces of arbitrary sizes. */
const pieces = (text: string): fc.Arbitrary<readonly string[]> =>
  fc
    .array(fc.nat(text.length), { maxLength: 6 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), text.length])
    .map((cuts) => cuts.slice(1).map((cut, index) => text.slice(cuts[index], cut)));

/** Both lists in one, each in its own order. */
function mix<T>(left: readonly T[], right: readonly T[], order: readonly boolean[]): readonly T[] {
  const rest = [[...left], [...right]];
  const picked = order.flatMap((isLeft) => rest[isLeft ? 0 : 1]?.splice(0, 1) ?? []);
  return [...picked, ...rest.flat()];
}
const picks = fc.array(fc.boolean(), { maxLength: 12 });

const ARGUMENTS = JSON.stringify({ location: "Perth 🌧", days: 3 });
const PERTH = { location: "Perth 🌧", days: 3 };

const read = (value: unknown) => (): unknown => readChatCompletion(value, FORMATS.chatCompletions);

describe("Chat Completions", () => {
  test("fragments of parallel calls come together by their index, however they are cut and mixed", async () => {
    await fc.assert(
      fc.asyncProperty(pieces(ARGUMENTS), pieces("{}"), picks, async (first, second, order) => {
        const events = await chat(
          fragment(1, { id: "b", function: { name: "analyze_budget" } }),
          fragment(0, { id: "a", function: { name: "get_weather_forecast", arguments: "" } }),
          ...mix(
            first.map((text) => fragment(0, { function: { arguments: text } })),
            second.map((text) => fragment(1, { function: { arguments: text } })),
            order,
          ),
          chunk({}, "tool_calls"),
        );
        expect(events.filter(({ kind }) => kind === "tool-call")).toEqual([
          {
            kind: "tool-call",
            call: { kind: "call", id: "a", name: "get_weather_forecast", args: PERTH },
          },
          { kind: "tool-call", call: { kind: "call", id: "b", name: "analyze_budget", args: {} } },
        ]);
        expect(events.at(-1)).toEqual({ kind: "end", reason: "tool-calls" });
      }),
    );
  });

  test("a call without an id gets one by its place", async () => {
    const events = await chat(
      fragment(2, { function: { name: "analyze_budget", arguments: "{}" } }),
      chunk({}, "stop"),
    );
    expect(events.slice(-2)).toEqual([
      { kind: "tool-call", call: { kind: "call", id: "call_2", name: "analyze_budget", args: {} } },
      { kind: "end", reason: "tool-calls" },
    ]);
  });

  test("thoughts are signs of life and no text", async () => {
    expect(
      await chat(chunk({ reasoning_content: "Hm" }), chunk({ content: "Yes" }, "stop")),
    ).toEqual([
      { kind: "progress", characters: 2 },
      { kind: "text-delta", text: "Yes" },
      { kind: "end", reason: "answered" },
    ]);
  });

  test.each([
    [chunk({ content: "x" }, "length"), "length"],
    [chunk({ content: "x" }, "content_filter"), "refused"],
    [chunk({ refusal: "I cannot" }, "stop"), "refused"],
    [chunk({ content: "x" }, "function_call"), "answered"],
  ])("%j ends as %s", async (last, reason) => {
    expect((await chat(last)).at(-1)).toEqual({ kind: "end", reason });
  });

  test.each([
    ["no chunk", 7],
    ["a chunk without choices", {}],
    ["a fragment without a place", chunk({ tool_calls: [{ id: "a" }] })],
  ])("%s is malformed", async (_name, value) => {
    await expect(chat(value)).rejects.toThrow(ProviderError);
  });

  test("an answer without a choice, or with a call that is none, is malformed", () => {
    expect(read({ choices: [] })).toThrow("The answer is malformed");
    expect(read({ choices: [{ message: { tool_calls: [{ id: 1 }] } }] })).toThrow(
      "A tool call is malformed",
    );
    expect(read({ choices: [{ message: { refusal: "No" } }] })()).toEqual({
      text: "No",
      toolCalls: [],
      usage: undefined,
      reason: "refused",
    });
  });
});

const start = {
  type: "message_start",
  message: { usage: { input_tokens: 10, cache_read_input_tokens: 5 } },
};
const done = (stop_reason: string): readonly object[] => [
  { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 7 } },
  { type: "message_stop" },
];
const usage = { kind: "usage", usage: { inputTokens: 15, outputTokens: 7 } };

const delta = (value: object): object => ({
  type: "content_block_delta",
  index: 0,
  delta: value,
});

describe("Messages", () => {
  test("a call's arguments come together however they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(pieces(ARGUMENTS), async (parts) => {
        const events = await claude(
          start,
          {
            type: "content_block_start",
            index: 1,
            content_block: { type: "tool_use", id: "a", name: "get_weather_forecast", input: {} },
          },
          ...parts.map((partial_json) => ({
            type: "content_block_delta",
            index: 1,
            delta: { type: "input_json_delta", partial_json },
          })),
          { type: "content_block_stop", index: 1 },
          ...done("tool_use"),
        );
        expect(events.filter(({ kind }) => kind !== "progress")).toEqual([
          {
            kind: "tool-call",
            call: { kind: "call", id: "a", name: "get_weather_forecast", args: PERTH },
          },
          usage,
          { kind: "end", reason: "tool-calls" },
        ]);
      }),
    );
  });

  test("thoughts are signs of life; kinds that nobody knows are passed over", async () => {
    const events = await claude(
      start,
      { type: "news_of_next_year" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking" } },
      delta({ type: "thinking_delta", thinking: "Hm" }),
      delta({ type: "signature_delta", signature: "…" }),
      delta({ type: "text_delta", text: "" }),
      { type: "content_block_stop", index: 0 },
      ...done("end_turn"),
    );
    expect(events).toEqual([
      { kind: "progress", characters: 2 },
      usage,
      { kind: "end", reason: "answered" },
    ]);
  });

  test.each([
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["refusal", "refused"],
    ["stop_sequence", "answered"],
  ])("a stop by %s ends as %s", async (stop, reason) => {
    expect((await claude(start, ...done(stop))).at(-1)).toEqual({ kind: "end", reason });
  });

  test.each([
    ["an event that lacks its place", [{ type: "content_block_stop" }]],
    ["an end without a reason", [start, { type: "message_stop" }]],
    ["no end", [start]],
  ])("%s is malformed", async (_name, events) => {
    await expect(claude(...events)).rejects.toThrow(ProviderError);
  });

  test("an answer without blocks is malformed, one without usage is not", () => {
    expect(() => readMessage({ usage: {} }, FORMATS.claude)).toThrow("The answer is malformed");
    const content = [{ type: "thinking" }, { type: "text", text: "Yes" }];
    expect(readMessage({ content }, FORMATS.claude)).toEqual({
      text: "Yes",
      toolCalls: [],
      usage: undefined,
      reason: "answered",
    });
  });
});
