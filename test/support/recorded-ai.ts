import { z } from "zod";

import { type FakeProvider, type FakeTurn, startFakeAnthropic } from "#support/fake-providers.ts";

const textSchema = z.union([
  z.string(),
  z
    .array(z.looseObject({ text: z.string().default("") }))
    .transform((blocks) => blocks.map(({ text }) => text).join("")),
]);
const bodySchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: textSchema })),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
});

/** `use <tool> {…}` is planned as it is written; any other goal by a look at the budget. */
const EXPLICIT = /^use (?<tool>\w+) (?<json>\{.*\})$/su;

function toPlanTurn(goal: string): FakeTurn {
  const { tool = "analyze_budget", json = "{}" } = EXPLICIT.exec(goal)?.groups ?? {};
  const steps = [{ tool, description: `Use ${tool}`, arguments: JSON.parse(json) as unknown }];
  const plan = JSON.stringify({ reasoning: "It is what was asked for.", steps });
  return { kind: "answer", calls: [{ name: "submit_plan", arguments: plan }] };
}

const LONG_ANSWER = Array.from(
  { length: 40 },
  (_, at) => `Sentence number ${at + 1} of a long answer.`,
).join(" ");

function toTurn(asked: string): FakeTurn {
  // The client is at fault, so that nothing is tried again and no breaker opens for others.
  if (asked.includes("failupstream")) return { kind: "status", status: 400 };
  if (asked.includes("emptyanswer")) return { kind: "answer", text: "" };
  if (asked.includes("longanswer")) return { kind: "answer", text: LONG_ANSWER };
  return { kind: "answer", text: "Hello from PAM. I am ready to help with your trip." };
}

/** A model provider that answers as the one behind the recordings did: what the fixture "ai" says. */
export async function startRecordedAi(): Promise<FakeProvider> {
  const provider = await startFakeAnthropic();
  provider.answerBy(({ body }) => {
    const { messages, tool_choice: choice } = bodySchema.parse(body);
    const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
    // Only whoever plans demands a call.
    return choice?.type === "any" ? toPlanTurn(asked) : toTurn(asked);
  });
  return provider;
}
