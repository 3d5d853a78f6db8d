import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { chatCompletionsFormat } from "#pam/tools/formats/chat-completions.ts";
import { claudeFormat } from "#pam/tools/formats/claude.ts";
import { realtimeFormat } from "#pam/tools/formats/realtime.ts";
import { responsesFormat } from "#pam/tools/formats/responses.ts";
import { getToolSchemas } from "#pam/tools/registry.ts";

const schemas = getToolSchemas();
const [createExpense] = schemas;
const ANSWER = {
  callId: "call_1",
  name: "create_expense",
  ok: false,
  content: '{"success":false}',
};
const CALL = { kind: "call", id: "call_1", name: "create_expense", args: { amount: 5 } } as const;
const EXPENSE_TEXT = '{"amount":5}';

/** Arguments as a model may send them: any JSON. */
const anyCall = fc.record({
  kind: fc.constant("call" as const),
  id: fc.string(),
  name: fc.constantFrom(...schemas.map(({ name }) => name)),
  args: fc
    .dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      fc.jsonValue(),
    )
    // −0 has no JSON of its own.
    .map((args): Record<string, unknown> => JSON.parse(JSON.stringify(args))),
});

const FORMATS = {
  Claude: claudeFormat,
  "Chat Completions": chatCompletionsFormat,
  Responses: responsesFormat,
  Realtime: realtimeFormat,
};

describe.each(Object.entries(FORMATS))("%s", (_name, format) => {
  test("every call comes back as it went out, over the wire", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const sent: unknown = JSON.parse(JSON.stringify(format.toCall(call)));
        expect(format.fromCall(sent)).toEqual(call);
      }),
    );
  });

  test("every tool keeps its parameters whole", () => {
    for (const schema of schemas) {
      const text = JSON.stringify(format.toTool(schema));
      expect(text).toContain(JSON.stringify(schema.parameters));
      expect(text).not.toContain('"access"');
    }
  });

  test("what is no call of a tool is none", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => format.fromCall(value) === undefined));
    expect(format.fromCall({ type: "text", text: "hello" })).toBeUndefined();
  });
});

test("a tool for Claude has an input_schema", () => {
  expect(createExpense && claudeFormat.toTool(createExpense)).toEqual({
    name: "create_expense",
    description: createExpense?.description,
    input_schema: createExpense?.parameters,
  });
});

test("a tool for Chat Completions is wrapped, one for Responses and Realtime is flat", () => {
  if (createExpense === undefined) throw new Error("no tool");
  const { name, description, parameters } = createExpense;
  const flat = { type: "function", name, description, parameters };
  expect(chatCompletionsFormat.toTool(createExpense)).toEqual({
    type: "function",
    function: { name, description, parameters },
  });
  expect(responsesFormat.toTool(createExpense)).toEqual({ ...flat, strict: false });
  expect(realtimeFormat.toTool(createExpense)).toEqual(flat);
});

test("each provider's own call is read", () => {
  const called = { name: "create_expense", arguments: EXPENSE_TEXT };
  expect(
    claudeFormat.fromCall({
      type: "tool_use",
      id: "call_1",
      name: "create_expense",
      input: { amount: 5 },
    }),
  ).toEqual(CALL);
  expect(
    chatCompletionsFormat.fromCall({ id: "call_1", type: "function", function: called, index: 0 }),
  ).toEqual(CALL);
  expect(
    responsesFormat.fromCall({ type: "function_call", id: "fc_1", call_id: "call_1", ...called }),
  ).toEqual(CALL);
  expect(
    realtimeFormat.fromCall({
      type: "response.function_call_arguments.done",
      event_id: "event_1",
      call_id: "call_1",
      ...called,
    }),
  ).toEqual(CALL);
});

test.each([100, 100_000])(
  "arguments with lists nested %i deep are an error for the model",
  (depth) => {
    const deep = `{"amount":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const called = { name: "create_expense", arguments: deep };
    expect(
      chatCompletionsFormat.fromCall({ id: "call_1", type: "function", function: called }),
    ).toEqual({
      kind: "unreadable",
      id: "call_1",
      name: "create_expense",
      error: "The arguments of create_expense are nested too deeply",
    });
  },
);

test.each([
  ["cut off", '{"amount":'],
  ["a list", "[5]"],
  ["a number", "5"],
  ["null", "null"],
])("arguments that are %s are an error for the model, never empty arguments", (_what, text) => {
  const called = { name: "create_expense", arguments: text };
  const unreadable = {
    kind: "unreadable",
    id: "call_1",
    name: "create_expense",
    error: "The arguments of create_expense are not a JSON object",
  };
  expect(
    chatCompletionsFormat.fromCall({ id: "call_1", type: "function", function: called }),
  ).toEqual(unreadable);
  expect(responsesFormat.fromCall({ type: "function_call", call_id: "call_1", ...called })).toEqual(
    unreadable,
  );
  const input: unknown = text === "null" ? null : text;
  expect(
    claudeFormat.fromCall({ type: "tool_use", id: "call_1", name: "create_expense", input }),
  ).toEqual(unreadable);
});

test("a tool without arguments may be called with no text at all", () => {
  const called = { name: "analyze_budget", arguments: "" };
  expect(chatCompletionsFormat.fromCall({ id: "1", type: "function", function: called })).toEqual({
    kind: "call",
    id: "1",
    name: "analyze_budget",
    args: {},
  });
});

test("an argument that would be a prototype is dropped", () => {
  const text = '{"amount":5,"__proto__":{"admin":true}}';
  const called = { name: "create_expense", arguments: text };
  const call = chatCompletionsFormat.fromCall({ id: "call_1", type: "function", function: called });
  expect(call).toEqual(CALL);
  expect(call?.kind === "call" && "admin" in call.args).toBe(false);
});

test("results go back under the id of their call", () => {
  expect(claudeFormat.toResult(ANSWER)).toEqual({
    type: "tool_result",
    tool_use_id: "call_1",
    content: ANSWER.content,
    is_error: true,
  });
  expect(claudeFormat.toResult({ ...ANSWER, ok: true })).not.toHaveProperty("is_error");
  expect(chatCompletionsFormat.toResult(ANSWER)).toEqual({
    role: "tool",
    tool_call_id: "call_1",
    content: ANSWER.content,
  });
  const output = { type: "function_call_output", call_id: "call_1", output: ANSWER.content };
  expect(responsesFormat.toResult(ANSWER)).toEqual(output);
  expect(realtimeFormat.toResult(ANSWER)).toEqual({
    type: "conversation.item.create",
    item: output,
  });
});
