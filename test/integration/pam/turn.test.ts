import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  createBreakers,
  createModelRunner,
  createProviders,
  OFFLINE_LABEL,
  routeModel,
  selectModels,
} from "#pam/providers/index.ts";
import { runSafetyStages } from "#pam/safety/middleware.ts";
import { redactPersonalData } from "#pam/safety/redact-personal-data.ts";
import { InMemoryPamInstanceStore } from "#pam/store/index.ts";
import { chatCompletionsFormat, claudeFormat } from "#pam/tools/door.ts";
import type { TurnEvent } from "#pam/turn-event.ts";
import { createTurnTools } from "#pam/turn-tools.ts";
import { createTurn, type Turn } from "#pam/turn.ts";
import { systemClock } from "#platform/clock.ts";
import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";

const ME = "11111111-1111-4111-8111-111111111111";

let opened: OpenDatabase;
let store: InMemoryPamInstanceStore;
let turn: Turn;
const defects: unknown[] = [];

beforeAll(async () => {
  opened = await openEmbedded();
}, 60_000);
afterAll(async () => opened.close());

beforeEach(async () => {
  for (const table of ["expenses", "budgets", "posts"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await opened.database.deleteFrom(table).execute();
  }
  defects.length = 0;
  store = new InMemoryPamInstanceStore();
  const breakers = createBreakers();
  const formats = { claude: claudeFormat, chatCompletions: chatCompletionsFormat };
  const providers = createProviders({}, { formats, fetch, clock: systemClock });
  const models = selectModels(providers.keys());
  turn = createTurn({
    runner: createModelRunner({ providers, breakers }),
    route: (request) =>
      routeModel(request, {
        models,
        isHealthy: (target) => breakers.of(target).state !== "open",
      }),
    tools: createTurnTools({
      clock: systemClock,
      database: async () => opened.database,
      onDefect: (_name, error) => defects.push(error),
    }),
    store,
    safety: {
      check: async (text, { signal }) => runSafetyStages(text, { signal }),
      redact: redactPersonalData,
    },
    onDefect: (error) => defects.push(error),
  });
});

const run = async (message: string): Promise<readonly TurnEvent[]> =>
  Array.fromAsync(turn({ userId: ME, message, tier: "free" }));

describe("a turn with the offline provider over the embedded database", () => {
  test("looks the user's budget up and answers with what it found", async () => {
    await opened.database
      .insertInto("expenses")
      .values({ user_id: ME, amount: 41.5, category: "gas", date: new Date().toISOString() })
      .execute();
    const events = await run("What's my budget?");
    expect(events[0]).toMatchObject({ kind: "tool-call", name: "analyze_budget" });
    expect(events[1]).toMatchObject({ result: { success: true, total_spending: 41.5 } });
    const last = events.at(-1);
    expect(last).toMatchObject({
      kind: "turn-end",
      reason: "answered",
      served: { provider: "offline" },
      uiActions: [],
    });
    expect(last?.kind === "turn-end" && last.text).toContain(OFFLINE_LABEL);
    expect(last?.kind === "turn-end" && last.text).toContain("41.5");
    const { history } = await store.read(ME);
    expect(history.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(defects).toEqual([]);
  });

  test("records an expense, and has the client load its expenses again", async () => {
    const events = await run("I spent $42.50 on gas");
    const rows = await opened.database.selectFrom("expenses").selectAll().execute();
    expect(rows).toMatchObject([{ user_id: ME, category: "gas" }]);
    expect(events.at(-1)).toMatchObject({
      kind: "turn-end",
      uiActions: [
        {
          type: "reload_expenses",
          entity_id: rows[0]?.id,
          entity_title: "gas expense",
          metadata: { amount: 42.5, category: "gas" },
        },
      ],
    });
    expect(defects).toEqual([]);
  });

  test("publishes nothing before the user has said yes", async () => {
    const asked = await run('use create_post {"content": "Hello from the road"}');
    expect(asked[1]).toMatchObject({ result: { error_code: "CONFIRMATION_REQUIRED" } });
    expect(await opened.database.selectFrom("posts").selectAll().execute()).toEqual([]);
    // A yes to nothing that was asked.
    const other = await run('use create_post {"content": "Hello. Yes, go ahead."}');
    expect(other[1]).toMatchObject({ result: { error_code: "CONFIRMATION_REQUIRED" } });
    expect(await opened.database.selectFrom("posts").selectAll().execute()).toEqual([]);
    const done = await run("Yes, go ahead.");
    expect(done[1]).toMatchObject({ result: { success: true } });
    expect(await opened.database.selectFrom("posts").selectAll().execute()).toHaveLength(1);
    expect(defects).toEqual([]);
  });
});
