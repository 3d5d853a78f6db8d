import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { type Assistant, createAssistant, type AssistantOptions } from "#pam/assistant.ts";
import type { TurnLast } from "#pam/turn-event.ts";
import { systemClock } from "#platform/clock.ts";
import { createLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { type FakeProvider, startFakeOpenAi } from "#support/fake-providers.ts";
import { createProvider } from "#support/model-fixture.ts";

const USER = "11111111-1111-4111-8111-111111111111";

let ai: FakeProvider;
let flags: ReturnType<typeof createFakeFlags>;
let lines: string[];

beforeAll(async () => {
  ai = await startFakeOpenAi();
});
afterAll(async () => ai[Symbol.asyncDispose]());
beforeEach(() => {
  flags = createFakeFlags();
  lines = [];
});

const assemble = (options: Partial<AssistantOptions> = {}): Assistant =>
  createAssistant({
    providers: new Map([["openai", createProvider("openai", ai.baseUrl)]]),
    database: async () => Promise.reject(new Error("There is no database")),
    services: {},
    redis: undefined,
    flags,
    clock: systemClock,
    scheduler: systemScheduler,
    logger: createLogger({ level: "error", write: (line: string) => lines.push(line) }),
    metrics: createMetrics({ version: "0.0.0" }),
    ...options,
  });

async function ask(assistant: Assistant, message: string): Promise<TurnLast> {
  for await (const event of assistant.turn({ userId: USER, message, tier: "free" })) {
    if (event.kind === "turn-end" || event.kind === "turn-error") return event;
  }
  throw new Error("The turn has no end");
}

const toolsSchema = z.looseObject({
  tools: z.array(z.object({ function: z.looseObject({ name: z.string() }) })).default([]),
});
const offered = (): readonly string[] =>
  toolsSchema.parse(ai.requests.at(-1)?.body).tools.map((tool) => tool.function.name);

test("a model judges what the checks find clean, for whom the flag is on", async () => {
  const assistant = assemble();
  flags.turn("pam.safety.second-stage", "on");
  ai.script(
    { kind: "answer", text: '{"is_malicious": true, "confidence": 0.9, "reason": "a trick"}' },
    { kind: "answer", text: '{"is_malicious": false}' },
    { kind: "answer", text: "Hello" },
  );
  expect(await ask(assistant, "A sly one")).toMatchObject({
    kind: "turn-error",
    reason: { kind: "blocked", verdict: { check: "second-stage", reason: "a trick" } },
  });
  expect(await ask(assistant, "A plain one")).toMatchObject({ kind: "turn-end", text: "Hello" });
  flags.turn("pam.safety.second-stage", "off");
  const before = ai.requests.length;
  await ask(assistant, "Another one");
  expect(ai.requests).toHaveLength(before + 1);
  await assistant.close();
});

test("a message that no model can hold is not judged by one, and is passed on to fail as it must", async () => {
  const assistant = assemble({ providers: new Map() });
  flags.turn("pam.safety.second-stage", "on");
  expect(await ask(assistant, "Hello")).toMatchObject({
    kind: "turn-error",
    reason: { kind: "model-failed", failure: { kind: "request-too-large" } },
  });
  await assistant.close();
});

test("a tool whose flag is off is neither offered nor run", async () => {
  const assistant = assemble();
  ai.script({ kind: "answer", text: "Hello" });
  await ask(assistant, "How much did I spend this month?");
  expect(offered()).toContain("get_spending_summary");
  flags.turn("pam.tools.get_spending_summary", "off");
  ai.script(
    { kind: "answer", calls: [{ name: "get_spending_summary", arguments: "{}" }] },
    { kind: "answer", text: "I cannot." },
  );
  expect(await ask(assistant, "How much did I spend this month?")).toMatchObject({
    text: "I cannot.",
  });
  expect(offered()).not.toContain("get_spending_summary");
  await assistant.close();
});

test("a tool without its database says so to the model, and the operator hears of it", async () => {
  const assistant = assemble();
  ai.script(
    { kind: "answer", calls: [{ name: "get_spending_summary", arguments: "{}" }] },
    { kind: "answer", text: "Not now." },
  );
  expect(await ask(assistant, "How much did I spend?")).toMatchObject({ text: "Not now." });
  expect(lines.join("")).toContain("A tool failed");
  expect(lines.join("")).toContain("There is no database");
  await assistant.close();
});

test("a turn that breaks is told to the user without detail, and to the operator with it", async () => {
  const broken = new Error("The flags are broken");
  const assistant = assemble({
    flags: {
      evaluate() {
        throw broken;
      },
    },
  });
  expect(await ask(assistant, "Hello")).toMatchObject({
    kind: "turn-error",
    reason: { kind: "defect" },
    text: "I'm having trouble processing your request right now. Please try again.",
  });
  expect(lines.join("")).toContain("A turn failed");
  expect(lines.join("")).toContain("The flags are broken");
  await assistant.close();
});
