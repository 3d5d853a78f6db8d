import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ModelMessage } from "#pam/providers/index.ts";
import type { HistoryMessage } from "#pam/store/index.ts";
import { recentToolsOf, toHistoryMessage, toPastMessages } from "#pam/turn/past-messages.ts";

import { call } from "./turn-fixture.ts";

const result = (callId: string) => ({ callId, name: "a", ok: true, content: "{}" });

/** One turn as it is kept: some rounds of calls between a message and its answer. */
const turns = fc
  .array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), { maxLength: 12 })
  .map((given) =>
    given.flatMap((rounds, turn): ModelMessage[] => [
      { role: "user", text: `question ${turn}` },
      ...rounds.flatMap((calls, round): ModelMessage[] => {
        const ids = Array.from({ length: calls }, (_, index) => `${turn}-${round}-${index}`);
        return [
          { role: "assistant", text: "", toolCalls: ids.map((id) => call("a", id)) },
          { role: "tool", results: ids.map(result) },
        ];
      }),
      { role: "assistant", text: `answer ${turn}`, toolCalls: [] },
    ]),
  );

/** Of calls, or of results. */
function idsOf(message: ModelMessage): string {
  if (message.role === "user") return "";
  const ids =
    message.role === "tool"
      ? message.results.map(({ callId }) => callId)
      : message.toolCalls.map(({ id }) => id);
  return ids.join(" ");
}

/** What a provider would refuse. */
function faultsIn(messages: readonly ModelMessage[]): readonly string[] {
  const faults = messages.flatMap((message, index) => {
    const next = messages[index + 1];
    if (message.role === "assistant" && message.toolCalls.length > 0) {
      const isAnswered = next?.role === "tool" && idsOf(next) === idsOf(message);
      return isAnswered ? [] : [`a call without its result at ${index}`];
    }
    const before = messages[index - 1];
    const isOrphan =
      message.role === "tool" && !(before?.role === "assistant" && before.toolCalls.length > 0);
    return isOrphan ? [`a result without its call at ${index}`] : [];
  });
  if (messages.length > 20) faults.push("too many");
  if (messages.length > 0 && messages[0]?.role !== "user") faults.push("a beginning in the middle");
  return faults;
}

const said = (...names: string[]): ModelMessage => ({
  role: "assistant",
  text: "",
  toolCalls: names.map((name) => call(name, name)),
});

describe("what the model reads of earlier turns", () => {
  test("is the end of the history, from a user's message on, no call without its result", () => {
    fc.assert(
      fc.property(turns, (messages) => {
        const read = toPastMessages(messages.map(toHistoryMessage));
        expect(faultsIn(read)).toEqual([]);
        expect(read).toEqual(read.length === 0 ? [] : messages.slice(-read.length));
        // Nothing is left out that fits: the next older one would be no beginning, or too many.
        const older = messages.slice(-20, -read.length || undefined);
        expect(older.every(({ role }) => role !== "user")).toBe(true);
      }),
    );
  });

  test("is fit for every provider, whatever the store holds", () => {
    const junk = fc.array(
      fc.oneof(
        fc.record({ role: fc.constant("user" as const), text: fc.string() }),
        fc.record({
          role: fc.constant("assistant" as const),
          text: fc.string(),
          toolCalls: fc.oneof(
            fc.constant([]),
            fc.constant([{ kind: "call", id: "1", name: "a", args: {} }]),
            fc.array(fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as string)),
          ),
        }),
        fc.record({
          role: fc.constant("tool" as const),
          results: fc.constantFrom([result("1")], [result("2")], ["?"]),
        }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(junk, (history: readonly HistoryMessage[]) => {
        expect(faultsIn(toPastMessages(history))).toEqual([]);
      }),
    );
  });

  test("keeps what was said beside calls that cannot be read, and not the calls", () => {
    const history: HistoryMessage[] = [
      { role: "user", text: "Hi" },
      { role: "assistant", text: "Let me see.", toolCalls: [{ of: "another build" }] },
      { role: "tool", results: [result("1")] },
      { role: "assistant", text: "Hello" },
    ];
    expect(toPastMessages(history)).toEqual([
      { role: "user", text: "Hi" },
      { role: "assistant", text: "Let me see.", toolCalls: [] },
      { role: "assistant", text: "Hello", toolCalls: [] },
    ]);
  });

  test("a call that nobody could read stays one", () => {
    const messages: ModelMessage[] = [
      { role: "user", text: "Hi" },
      {
        role: "assistant",
        text: "",
        toolCalls: [{ kind: "unreadable", id: "1", name: "a", error: "No object" }],
      },
      { role: "tool", results: [{ ...result("1"), ok: false }] },
    ];
    expect(toPastMessages(messages.map(toHistoryMessage))).toEqual(messages);
  });
});

test("the tools of a history are listed newest first, each once", () => {
  expect(recentToolsOf([said("a", "b"), said("c", "a")])).toEqual(["a", "c", "b"]);
});
