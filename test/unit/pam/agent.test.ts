import { describe, expect, test } from "vitest";

import { createAgent, type Agent, type ExecuteOutcome } from "#pam/agent.ts";
import { createMemoryPlanStore, type PlanStore } from "#pam/plans/index.ts";
import { ModelCallError, type ModelRunner } from "#pam/providers/index.ts";
import { runSafetyStages } from "#pam/safety/middleware.ts";
import { InMemoryPamInstanceStore } from "#pam/store/index.ts";
import type { ToolCallable } from "#pam/tools/door.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

const ME = "11111111-1111-4111-8111-111111111111";
const GAS = { tool: "create_expense", arguments: { amount: 5, category: "gas" } };
const LOOK = { tool: "analyze_budget", arguments: {} };

interface Fixture {
  readonly agent: Agent;
  readonly plans: PlanStore;
  readonly store: InMemoryPamInstanceStore;
  readonly time: ManualTime;
  readonly defects: readonly unknown[];
  readonly planned: () => Promise<string>;
  readonly execute: (planId: string, signal?: AbortSignal) => Promise<ExecuteOutcome>;
}

interface FixtureOptions {
  readonly steps?: readonly object[];
  /** What every tool does. */
  readonly run?: ToolCallable;
  readonly complete?: ModelRunner["complete"];
}

const succeed: ToolCallable = async () => Promise.resolve({ success: true, message: "Saved" });
const served = { served: { provider: "p", model: "m" }, attempts: [] } as const;
const answer: ModelRunner["complete"] = async () =>
  Promise.resolve({
    text: "Done.",
    toolCalls: [],
    usage: undefined,
    reason: "answered",
    ...served,
  });
const never = new AbortController().signal;

/** An agent over real stores and judging; the model always hands the same plan in, and time is a test's. */
function createFixture({
  steps = [GAS],
  run = succeed,
  complete = answer,
}: FixtureOptions = {}): Fixture {
  const time = createManualTime();
  const plans = createMemoryPlanStore(time.clock);
  const store = new InMemoryPamInstanceStore();
  const defects: unknown[] = [];
  let named = 0;
  const agent = createAgent({
    runner: {
      complete,
      async *stream() {
        yield {
          kind: "tool-call",
          call: { kind: "call", id: "c", name: "submit_plan", args: { steps } },
        };
        yield { kind: "end", reason: "tool-calls", ...served };
      },
    },
    route: () => ({ chain: [served.served], reason: "The only one", estimatedUsd: 0 }),
    tools: {
      choose: () => [],
      find: (name) => ({
        access: name === GAS.tool ? "write" : "read",
        confirmationPrompt: undefined,
        run,
      }),
    },
    store,
    plans,
    safety: {
      check: async (text, { signal }) => runSafetyStages(text, { signal }),
      redact: (text) => text,
    },
    createId: () => `plan-${(named += 1)}`,
    onDefect: (error) => defects.push(error),
    ...time,
  });
  const caller = { userId: ME, context: {}, tier: "free", signal: never } as const;
  return {
    agent,
    plans,
    store,
    time,
    defects,
    async planned() {
      const outcome = await agent.plan({ ...caller, goal: "Go" });
      if (outcome.kind !== "planned") throw new Error(`There is no plan: ${outcome.kind}`);
      return outcome.plan.id;
    },
    execute: async (planId, signal = never) =>
      agent.execute({ ...caller, signal, order: { kind: "plan", planId, confirmed: new Set() } }),
  };
}

/** A tool whose calls a test ends itself. */
function createHeldTool() {
  const begun: (() => void)[] = [];
  const run: ToolCallable = async (_args, _caller, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    begun.push(resolve);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    return signal?.aborted === true
      ? { success: false, error: "Cancelled", error_code: "CANCELLED" }
      : { success: true };
  };
  return { begun, run };
}

const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 100; turns += 1) {
    // oxlint-disable-next-line no-await-in-loop -- whatever can go on goes on
    await Promise.resolve();
  }
};

const statusesOf = (outcome: ExecuteOutcome): readonly string[] =>
  outcome.kind === "executed" ? outcome.plan.steps.map(({ status }) => status) : [outcome.kind];

describe("an execution", () => {
  test("has the user's turn: another one waits, and then finds it done", async () => {
    const { begun, run } = createHeldTool();
    const { execute, planned } = createFixture({ run });
    const planId = await planned();
    const first = execute(planId);
    await settle();
    const second = execute(planId);
    await settle();
    expect(begun).toHaveLength(1);
    begun[0]?.();
    expect(await first).toMatchObject({ kind: "executed", isRepeat: false });
    expect(await second).toMatchObject({ kind: "executed", isRepeat: true, response: "Done." });
    expect(begun).toHaveLength(1);
  });

  test("waits for the user's turn in a chat, and no longer than its time", async () => {
    const { execute, planned, store, time } = createFixture();
    const planId = await planned();
    await using lease = await store.beginTurn({ userId: ME }, never);
    const asked = execute(planId);
    await settle();
    time.advance(27_000);
    expect(await asked).toEqual({ kind: "deadline" });
    await lease[Symbol.asyncDispose]();
    expect(statusesOf(await execute(planId))).toEqual(["done"]);
  });

  test("gives each step eight seconds, and goes on", async () => {
    const { begun, run } = createHeldTool();
    const { execute, planned, time } = createFixture({ run, steps: [LOOK, LOOK] });
    const asked = execute(await planned());
    await settle();
    time.advance(8_000);
    await settle();
    begun[1]?.();
    expect(statusesOf(await asked)).toEqual(["failed", "done"]);
  });

  test("that the client leaves does not repeat a change, and repeats a look-up", async () => {
    const { begun, run } = createHeldTool();
    const { execute, planned, store } = createFixture({ run, steps: [LOOK, GAS, LOOK] });
    const planId = await planned();
    const client = new AbortController();
    const left = execute(planId, client.signal);
    await settle();
    client.abort();
    expect(statusesOf(await left)).toEqual(["pending", "pending", "pending"]);

    const other = new AbortController();
    const again = execute(planId, other.signal);
    await settle();
    begun[1]?.();
    await settle();
    expect(begun).toHaveLength(3);
    other.abort();
    expect(statusesOf(await again)).toEqual(["done", "failed", "pending"]);
    expect((await store.read(ME)).history.at(-1)).toMatchObject({
      text: expect.stringContaining("it may have been carried out all the same"),
    });

    const last = execute(planId);
    await settle();
    begun[3]?.();
    expect(statusesOf(await last)).toEqual(["done", "failed", "done"]);
    expect(begun).toHaveLength(4);
  });

  test("goes on after a process that died in it, and makes no change twice", async () => {
    const { execute, planned, plans } = createFixture({ steps: [GAS, LOOK] });
    const planId = await planned();
    const plan = await plans.read(ME, planId);
    if (plan === undefined) throw new Error("The plan is not kept");
    const steps = plan.steps.map((step) => ({ ...step, status: "running" as const }));
    await plans.save({ ...plan, steps });
    const outcome = await execute(planId);
    expect(statusesOf(outcome)).toEqual(["failed", "done"]);
  });

  test("tells what was done where no model does, and remembers it", async () => {
    const error = new ModelCallError({ kind: "timeout" }, { attempts: [], isPartial: false });
    const complete = async () => Promise.reject(error);
    const { execute, planned, store, defects } = createFixture({ complete });
    expect(await execute(await planned())).toMatchObject({
      kind: "executed",
      response: "create expense: Saved",
      isRemembered: true,
    });
    expect((await store.read(ME)).history).toHaveLength(2);
    expect(defects).toEqual([]);
  });

  test("reports what nobody expected, and tells no detail of it", async () => {
    const error = new Error("secret");
    const complete = async () => Promise.reject(error);
    const { execute, planned, defects } = createFixture({ complete });
    const outcome = await execute(await planned());
    expect(JSON.stringify(outcome)).not.toContain("secret");
    expect(defects).toHaveLength(1);
  });

  test("leaves nothing behind that would keep a process or a turn", async () => {
    const { execute, planned, time, store } = createFixture();
    await execute(await planned());
    expect(time.pendingTimers).toBe(0);
    await using lease = await store.beginTurn({ userId: ME }, never);
    expect(lease.userId).toBe(ME);
  });
});

test("a client that has left before is asked nothing for", async () => {
  const { agent, plans } = createFixture();
  const gone = AbortSignal.abort();
  const input = { userId: ME, context: {}, tier: "free", signal: gone } as const;
  expect(await agent.plan({ ...input, goal: "Go" })).toEqual({ kind: "cancelled" });
  expect(await plans.read(ME, "plan-1")).toBeUndefined();
});
