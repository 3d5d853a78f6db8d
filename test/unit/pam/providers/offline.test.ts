import { describe, expect, test } from "vitest";

import {
  createProviders,
  OFFLINE_LABEL,
  type ModelMessage,
  type ModelRequest,
} from "#pam/providers/index.ts";
import { createOffline } from "#pam/providers/offline.ts";
import type { ModelAnswer, ProviderEvent } from "#pam/providers/provider.ts";
import { getToolSchemas } from "#pam/tools/door.ts";
import { systemClock } from "#platform/clock.ts";
import { FORMATS } from "#support/model-fixture.ts";

const offline = createOffline();
const options = { model: "offline", signal: new AbortController().signal };
const requestOf = (more: Partial<ModelRequest>): ModelRequest => ({
  system: [],
  messages: [],
  tools: getToolSchemas(),
  maxOutputTokens: 1_024,
  ...more,
});

async function say(text: string, more: Partial<ModelRequest> = {}): Promise<ModelAnswer> {
  return offline.complete(requestOf({ messages: [{ role: "user", text }], ...more }), options);
}

test.each([
  ["What is the weather in Perth?", "get_weather_forecast", { location: "Perth" }],
  ["forecast please", "get_weather_forecast", {}],
  ["Add a $50 gas expense", "create_expense", { amount: 50, category: "gas" }],
  ["I spent 12.50 on lunch", "create_expense", { amount: 12.5, category: "lunch" }],
  [
    "plan a trip from Phoenix to Seattle under $2000",
    "plan_trip",
    { origin: "Phoenix", destination: "Seattle" },
  ],
  ["RV parks near Moab!", "find_rv_parks", { location: "Moab" }],
  ["show me my calendar", "get_calendar_events", {}],
  ["what is my budget?", "analyze_budget", {}],
  ["How much did I spend this month?", "get_spending_summary", {}],
  [
    'use create_expense {"amount": 3, "category": "food"}',
    "create_expense",
    { amount: 3, category: "food" },
  ],
  ["use launch_rocket", "launch_rocket", {}],
])("%s calls %s", async (text, name, args) => {
  const { toolCalls, reason, text: said } = await say(text);
  expect(toolCalls).toEqual([{ kind: "call", id: "offline_1", name, args }]);
  expect({ said, reason }).toEqual({ said: "", reason: "tool-calls" });
});

test("a call that is written out badly is unreadable, as a model's would be", async () => {
  for (const json of ["{broken}", '{"a": }']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await say(`use web_search ${json}`)).toolCalls).toMatchObject([
      { kind: "unreadable", name: "web_search" },
    ]);
  }
});

const result = (name: string, content: string): object => ({
  callId: name,
  name,
  ok: true,
  content,
});

describe("what it says", () => {
  test("is labelled, and the same every time", async () => {
    const first = await say("Tell me a joke");
    expect(first.text).toBe(
      `${OFFLINE_LABEL} No AI provider is configured, so no model has read this. You said: Tell me a joke`,
    );
    expect(first.toolCalls).toEqual([]);
    expect(await say("Tell me a joke")).toEqual(first);
  });

  test("repeats no more than 200 characters", async () => {
    expect((await say("x".repeat(500))).text).toMatch(/x{199}…$/u);
  });

  test("repeats what tools returned: their message, their error, or all of it", async () => {
    const messages = [
      {
        role: "tool",
        results: [
          result("one", '{"success":true,"message":"Saved"}'),
          result("two", '{"success":false,"error":"Not found"}'),
          result("three", '{"success":true,"total":3}'),
          result("four", "[1]"),
          result("five", "no JSON"),
        ],
      },
    ] as unknown as readonly ModelMessage[];
    const { text } = await offline.complete(requestOf({ messages }), options);
    expect(text).toBe(
      `${OFFLINE_LABEL} one: Saved\ntwo: Not found\nthree: {"success":true,"total":3}\nfour: [1]\nfive: no JSON`,
    );
  });

  test("is the call that waits for a yes, once the user says it", async () => {
    const refused = {
      kind: "call",
      id: "a",
      name: "create_post",
      args: { content: "Hi" },
    } as const;
    const content = JSON.stringify({ success: false, error_code: "CONFIRMATION_REQUIRED" });
    const asked: ModelMessage[] = [
      { role: "user", text: "Post hi" },
      { role: "assistant", text: "", toolCalls: [refused] },
      { role: "tool", results: [{ callId: "a", name: "create_post", ok: false, content }] },
      { role: "assistant", text: "Please confirm", toolCalls: [] },
    ];
    const answerTo = async (text: string, ...between: readonly ModelMessage[]) => {
      const messages: ModelMessage[] = [...asked, ...between, { role: "user", text }];
      return (await offline.complete(requestOf({ messages }), options)).toolCalls;
    };
    expect(await answerTo("Yes, go ahead")).toEqual([{ ...refused, id: "offline_5" }]);
    expect(await answerTo("Hello")).toEqual([]);
    expect(await answerTo("yes", { role: "user", text: "Hello" })).toEqual([]);
  });

  test("is no call where calls are forbidden, or the tool is not offered", async () => {
    expect((await say("use web_search", { toolChoice: "none" })).toolCalls).toEqual([]);
    expect((await say("what is my budget?", { tools: [] })).toolCalls).toEqual([]);
  });

  test("is the call that rules have drafted, where there is one, and says so", async () => {
    const draft = { kind: "call", id: "draft", name: "submit_plan", args: { steps: [] } } as const;
    const { text, toolCalls } = await say("What is my budget?", { draft: () => draft });
    expect(toolCalls).toEqual([draft]);
    expect(text.startsWith(OFFLINE_LABEL)).toBe(true);
  });

  test("streams word by word what it answers at once", async () => {
    const request = requestOf({ messages: [{ role: "user", text: "Tell me a joke" }] });
    const { text, usage } = await offline.complete(request, options);
    const events: ProviderEvent[] = await Array.fromAsync(offline.stream(request, options));
    const words = events.filter((event) => event.kind === "text-delta");
    expect(words.length).toBeGreaterThan(5);
    expect(words.map((event) => event.text).join("")).toBe(text);
    expect(events.slice(-2)).toEqual([
      { kind: "usage", usage },
      { kind: "end", reason: "answered" },
    ]);
  });
});

describe("which providers there are", () => {
  const dependencies = { formats: FORMATS, fetch: globalThis.fetch, clock: systemClock };

  test("the offline one where there is no key", () => {
    expect([...createProviders({}, dependencies).keys()]).toEqual(["offline"]);
    const noKey = { apiKey: undefined, baseUrl: "http://127.0.0.1:1" };
    expect([...createProviders({ openai: noKey }, dependencies).keys()]).toEqual(["offline"]);
  });

  test("those with a key, and then no offline one", () => {
    const providers = createProviders(
      { deepseek: { apiKey: "k" }, anthropic: { apiKey: "k" } },
      dependencies,
    );
    expect([...providers.keys()]).toEqual(["anthropic", "deepseek"]);
  });
});
