import { stdout } from "node:process";

import { createModelRunner, type ModelProvider } from "#pam/providers/index.ts";
import { runSafetyStages } from "#pam/safety/middleware.ts";
import { redactPersonalData } from "#pam/safety/redact-personal-data.ts";
import { InMemoryPamInstanceStore } from "#pam/store/index.ts";
import { chooseTools, type ToolResult } from "#pam/tools/door.ts";
import { createTurn, type Turn } from "#pam/turn.ts";

/*
 * What a turn costs beside its provider and its tools' services: both answer at once. `npm run bench:turn`.
 * The bar is 3 ms for the median; it is a figure of this process alone, so it is printed and not asserted.
 */
const USER_ID = "11111111-1111-4111-8111-111111111111";
const MESSAGE =
  "How much of my budget is left this month after the trip to Cairns? Mail it to jane@example.com";
const CONTEXT = {
  user_location: { lat: -27.4698, lng: 153.0251, city: "Brisbane", timezone: "Australia/Brisbane" },
  vehicle_info: { type: "caravan", fuel_type: "diesel", consumption_l_per_100km: 14 },
  current_page: "pam_chat",
};
const WARM_UP = 300;
const TURNS = 1_500;

/** Forty rows, some 4,000 characters. */
const RESULT: ToolResult = {
  success: true,
  expenses: Array.from({ length: 40 }, (_, day) => ({
    id: USER_ID,
    amount: 12.5 + day,
    category: "gas",
    description: "Fuel on the way north",
    date: "2026-03-15",
  })),
};

/** Calls one tool, then answers in forty pieces. */
const instant: ModelProvider = {
  name: "instant",
  complete: async () => Promise.reject(new Error("A turn streams")),
  async *stream({ messages }) {
    const isAfterTool = messages.at(-1)?.role === "tool";
    if (isAfterTool) {
      for (let piece = 0; piece < 40; piece += 1) yield { kind: "text-delta", text: "some words " };
    } else {
      yield {
        kind: "tool-call",
        call: { kind: "call", id: "call-1", name: "analyze_budget", args: {} },
      };
    }
    yield { kind: "usage", usage: { inputTokens: 3_000, outputTokens: 100 } };
    yield { kind: "end", reason: isAfterTool ? "answered" : "tool-calls" };
  },
};

async function measure(turn: Turn): Promise<number> {
  const startMs = performance.now();
  for await (const event of turn({
    userId: USER_ID,
    message: MESSAGE,
    context: CONTEXT,
    tier: "paid",
  })) {
    if (event.kind === "turn-error") throw new Error(`A turn failed: ${event.reason.kind}`);
  }
  return performance.now() - startMs;
}

const turn = createTurn({
  runner: createModelRunner({ providers: new Map([["instant", instant]]) }),
  route: () => ({
    chain: [{ provider: "instant", model: "instant" }],
    reason: "It is the only one",
    estimatedUsd: 0,
  }),
  tools: {
    choose: (message, _userId, choice) => chooseTools(message, choice),
    find: () => ({
      access: "read",
      confirmationPrompt: undefined,
      run: async () => Promise.resolve(RESULT),
    }),
  },
  store: new InMemoryPamInstanceStore(),
  safety: {
    check: async (text, { signal }) => runSafetyStages(text, { signal }),
    redact: redactPersonalData,
  },
});

const durationsMs: number[] = [];
for (let count = 0; count < WARM_UP + TURNS; count += 1) {
  // oxlint-disable-next-line no-await-in-loop -- one turn after the other: they are the same user's
  const durationMs = await measure(turn);
  if (count >= WARM_UP) durationsMs.push(durationMs);
}
durationsMs.sort((left, right) => left - right);
const at = (share: number): number =>
  Math.round((durationsMs[Math.floor(TURNS * share)] ?? 0) * 1_000) / 1_000;
const figures = {
  turns: TURNS,
  median_ms: at(0.5),
  p95_ms: at(0.95),
  p99_ms: at(0.99),
  bar_median_ms: 3,
};
stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
