import { describe, expect, test } from "vitest";

import { DIALECTS, toChatCompletionsBody } from "#pam/providers/chat-completions/body.ts";
import { toMessagesBody } from "#pam/providers/messages/body.ts";
import type { ModelRequest } from "#pam/providers/provider.ts";
import { FORMATS } from "#support/model-fixture.ts";

const PARAMETERS = {
  type: "object",
  properties: { days: { type: "integer" } },
  required: [],
} as const;

/** A conversation with everything in it: text beside calls, a call nobody could read, a failed result. */
const REQUEST: ModelRequest = {
  system: ["You are PAM.", "It is Tuesday."],
  messages: [
    { role: "user", text: "Weather?" },
    {
      role: "assistant",
      text: "Let me look.",
      toolCalls: [
        { kind: "call", id: "a", name: "get_weather_forecast", args: { days: 3 } },
        { kind: "unreadable", id: "b", name: "web_search", error: "No JSON object" },
      ],
    },
    {
      role: "tool",
      results: [
        { callId: "a", name: "get_weather_forecast", ok: true, content: '{"success":true}' },
        { callId: "b", name: "web_search", ok: false, content: '{"success":false}' },
      ],
    },
    { role: "assistant", text: "", toolCalls: [] },
    { role: "user", text: "Thanks" },
  ],
  tools: [{ name: "get_weather_forecast", description: "The weather", parameters: PARAMETERS }],
  maxOutputTokens: 1_024,
  temperature: 0.3,
};
const BARE: ModelRequest = { system: [], messages: [], tools: [], maxOutputTokens: 64 };

const draft = () => ({ kind: "call", id: "c", name: "drafted", args: {} }) as const;

describe("Chat Completions", () => {
  const format = FORMATS.chatCompletions;

  test("a conversation is one system message, and a message for every result after its calls", () => {
    const body = toChatCompletionsBody(REQUEST, "m", { dialect: DIALECTS.deepseek, format });
    expect(body).toEqual({
      model: "m",
      messages: [
        { role: "system", content: "You are PAM.\n\nIt is Tuesday." },
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [
            {
              id: "a",
              type: "function",
              function: { name: "get_weather_forecast", arguments: '{"days":3}' },
            },
            { id: "b", type: "function", function: { name: "web_search", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: "a", content: '{"success":true}' },
        { role: "tool", tool_call_id: "b", content: '{"success":false}' },
        { role: "user", content: "Thanks" },
      ],
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather_forecast",
            description: "The weather",
            parameters: PARAMETERS,
          },
        },
      ],
      tool_choice: "auto",
      max_tokens: 1_024,
      temperature: 0.3,
      thinking: { type: "disabled" },
    });
  });

  test("OpenAI's models get their own cap, no temperature, and no reasoning", () => {
    expect(toChatCompletionsBody(BARE, "m", { dialect: DIALECTS.openai, format })).toEqual({
      model: "m",
      messages: [],
      max_completion_tokens: 64,
      reasoning_effort: "none",
    });
  });

  test("an answer with nothing in it is left out, since it would be refused", () => {
    const messages = [{ role: "assistant", text: "", toolCalls: [] }] as const;
    const dialect = DIALECTS.openai;
    expect(toChatCompletionsBody({ ...BARE, messages }, "m", { dialect, format }).messages).toEqual(
      [],
    );
  });

  test("tools stay known where calls are forbidden", () => {
    const request = { ...REQUEST, toolChoice: "none" } as const;
    const body = toChatCompletionsBody(request, "m", { dialect: DIALECTS.openai, format });
    expect(body.tools).toHaveLength(1);
    expect(body.tool_choice).toBe("none");
  });

  test("a call can be asked for, and what rules drafted is not sent", () => {
    const request = { ...REQUEST, toolChoice: "required", draft } as const;
    const body = toChatCompletionsBody(request, "m", { dialect: DIALECTS.openai, format });
    expect(body.tool_choice).toBe("required");
    expect(JSON.stringify(body)).not.toContain("drafted");
    const other = toMessagesBody(request, "m", FORMATS.claude);
    expect(other.tool_choice).toEqual({ type: "any" });
    expect(JSON.stringify(other)).not.toContain("drafted");
  });
});

describe("Messages", () => {
  const format = FORMATS.claude;

  test("a conversation is blocks, the first of the system cached, all results in one message", () => {
    expect(toMessagesBody(REQUEST, "m", format)).toEqual({
      model: "m",
      max_tokens: 1_024,
      system: [
        { type: "text", text: "You are PAM.", cache_control: { type: "ephemeral" } },
        { type: "text", text: "It is Tuesday." },
      ],
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather?" }] },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me look." },
            { type: "tool_use", id: "a", name: "get_weather_forecast", input: { days: 3 } },
            { type: "tool_use", id: "b", name: "web_search", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "a", content: '{"success":true}' },
            {
              type: "tool_result",
              tool_use_id: "b",
              content: '{"success":false}',
              is_error: true,
            },
          ],
        },
        { role: "user", content: [{ type: "text", text: "Thanks" }] },
      ],
      tools: [
        { name: "get_weather_forecast", description: "The weather", input_schema: PARAMETERS },
      ],
      tool_choice: { type: "auto" },
      temperature: 0.3,
    });
  });

  test("a message with nothing in it is left out, since it would be refused", () => {
    const messages = [
      { role: "user", text: "" },
      { role: "assistant", text: "", toolCalls: [] },
    ] as const;
    expect(toMessagesBody({ ...BARE, messages }, "m", format).messages).toEqual([]);
  });

  test("what is not given is left out", () => {
    expect(toMessagesBody(BARE, "m", format)).toEqual({
      model: "m",
      max_tokens: 64,
      system: [],
      messages: [],
    });
  });
});
