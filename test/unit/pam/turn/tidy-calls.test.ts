import { expect, test } from "vitest";

import type { ModelMessage } from "#pam/providers/index.ts";
import { tidyCalls } from "#pam/turn/tidy-calls.ts";

import { call, createTurnFixture, tool } from "./turn-fixture.ts";

const saidBefore = (...ids: readonly string[]): readonly ModelMessage[] => [
  { role: "assistant", text: "", toolCalls: ids.map((id) => call("a", id)) },
];
const idsOf = (calls: ReturnType<typeof tidyCalls>): readonly string[] => calls.map(({ id }) => id);

test("calls that any provider takes stay as they are", () => {
  const calls = [call("get_weather", "toolu_01A-b", { place: "Yass" }), call("b", "call_2")];
  expect(tidyCalls(calls, saidBefore("call_1"))).toEqual(calls);
});

test.each([
  ["functions.create_expense", "functions_create_expense"],
  ["größe", "gr__e"],
  ["x".repeat(50_000), "x".repeat(64)],
  ["", "unnamed"],
])("the name %j becomes one that a provider takes in a history", (name, tidied) => {
  expect(tidyCalls([call(name, "1")], [])).toMatchObject([{ id: "1", name: tidied }]);
});

test("no id stands twice, neither in an answer nor among what was said before", () => {
  const calls = ["call_0", "call_0", "call:0", ""].map((id) => call("a", id));
  expect(idsOf(tidyCalls(calls, saidBefore("call_0", "call_0_2")))).toEqual([
    "call_0_3",
    "call_0_4",
    "call_0_5",
    "call",
  ]);
  const long = "i".repeat(60);
  const ids = idsOf(tidyCalls([call("a", long), call("a", long)], []));
  expect(ids).toEqual(["i".repeat(40), `${"i".repeat(38)}_2`]);
});

test("of a flood of calls the model reads the beginning, and the next turn does, too", async () => {
  const calls = Array.from({ length: 5_000 }, () => call("a", "same"));
  const fixture = createTurnFixture({
    answers: [{ calls }, { text: ["Done"] }],
    tools: { a: tool("read") },
  });
  await fixture.run("Hi");
  await fixture.run("And now?");
  for (const request of fixture.requests.slice(1)) {
    const called = request.messages.flatMap((message) =>
      message.role === "assistant" ? message.toolCalls : [],
    );
    expect(new Set(called.map(({ id }) => id)).size).toBe(16);
    expect(called).toHaveLength(16);
  }
});
