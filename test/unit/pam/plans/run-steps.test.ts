import { describe, expect, test } from "vitest";

import { recoverSteps, runSteps, statusOf, type Plan, type PlanStep } from "#pam/plans/index.ts";
import type { ReadableCall, ToolResult } from "#pam/tools/door.ts";

const stepOf = (step: number, more: Partial<PlanStep> = {}): PlanStep => ({
  step,
  action: `tool_${step}`,
  description: `Step ${step}`,
  arguments: { of: step },
  dependsOn: [],
  access: "read",
  confirmationPrompt: null,
  status: "pending",
  result: null,
  ...more,
});

const planOf = (...steps: readonly PlanStep[]): Plan => ({
  id: "p",
  userId: "u",
  goal: "Go",
  reasoning: "",
  successProbability: 1,
  isRvTrip: false,
  createdAtMs: 0,
  steps,
  response: null,
});

const failed: ToolResult = { success: false, error: "Broken", error_code: "FAILED" };

interface Setting {
  readonly confirmed?: readonly number[];
  readonly signal?: AbortSignal;
  readonly run?: (call: ReadableCall, isConfirmed: boolean) => ToolResult | undefined;
}

async function run(plan: Plan, { confirmed = [], signal, run: answer }: Setting = {}) {
  const calls: string[] = [];
  const saved: string[] = [];
  const result = await runSteps(
    plan,
    { confirmed: new Set(confirmed), signal: signal ?? new AbortController().signal },
    {
      async run(call, isConfirmed) {
        calls.push(call.name);
        return answer === undefined
          ? { success: true, message: call.name }
          : answer(call, isConfirmed);
      },
      async save({ steps }) {
        saved.push(steps.map(({ status }) => status).join(" "));
      },
      bound: (given) => given,
    },
  );
  const statuses = result.plan.steps.map(({ status }) => status);
  return { ...result, calls, saved, statuses };
}

test("steps are run in their order, and the plan is saved before and after each", async () => {
  const { calls, saved, ran, plan } = await run(planOf(stepOf(1), stepOf(2)));
  expect(calls).toEqual(["tool_1", "tool_2"]);
  expect(saved).toEqual(["running pending", "done pending", "done running", "done done"]);
  expect(ran.map(({ call }) => call)).toEqual([
    { kind: "call", id: "step_1", name: "tool_1", args: { of: 1 } },
    { kind: "call", id: "step_2", name: "tool_2", args: { of: 2 } },
  ]);
  expect(plan.steps[1]?.result).toEqual({ success: true, message: "tool_2" });
});

test("a finished plan is not run again", async () => {
  const done = stepOf(1, { status: "done", access: "write" });
  const { calls, saved } = await run(planOf(done, stepOf(2, { status: "failed" })));
  expect([calls, saved]).toEqual([[], []]);
});

test("what depends on a step that failed is skipped, and so is what depends on that; the rest goes on", async () => {
  const plan = planOf(
    stepOf(1),
    stepOf(2, { dependsOn: [1] }),
    stepOf(3, { dependsOn: [2] }),
    stepOf(4),
  );
  const { calls, statuses } = await run(plan, {
    run: ({ name }) => (name === "tool_1" ? failed : { success: true }),
  });
  expect(calls).toEqual(["tool_1", "tool_4"]);
  expect(statuses).toEqual(["failed", "skipped", "skipped", "done"]);
});

describe("a step that acts on others", () => {
  const asking = stepOf(1, { access: "write", confirmationPrompt: "Really?" });
  const plan = planOf(asking, stepOf(2, { dependsOn: [1] }), stepOf(3));

  test("is not run without the user's word, and what depends on it waits", async () => {
    const { calls, statuses, plan: after } = await run(plan);
    expect(calls).toEqual(["tool_3"]);
    expect(statuses).toEqual(["needs_confirmation", "pending", "done"]);
    expect(after.steps[0]?.result).toEqual({
      success: false,
      error: "Really?",
      error_code: "CONFIRMATION_REQUIRED",
    });
    expect(statusOf(after)).toBe("waiting");
  });

  test("is not run by a word for what nobody was asked yet, and is asked then", async () => {
    const { calls, statuses } = await run(plan, { confirmed: [1, 2, 3, 4] });
    expect(calls).toEqual(["tool_3"]);
    expect(statuses).toEqual(["needs_confirmation", "pending", "done"]);
  });

  test("is run with it, and nothing that is done is run again", async () => {
    const before = await run(plan);
    const agreed: boolean[] = [];
    const {
      calls,
      statuses,
      plan: after,
    } = await run(before.plan, {
      confirmed: [1],
      run(_, isConfirmed) {
        agreed.push(isConfirmed);
        return { success: true };
      },
    });
    expect(calls).toEqual(["tool_1", "tool_2"]);
    expect(agreed).toEqual([true, false]);
    expect(statuses).toEqual(["done", "done", "done"]);
    expect(statusOf(after)).toBe("finished");
  });

  test("is not run by a word that was given for another", async () => {
    const { calls } = await run(plan, { confirmed: [2, 3, 99] });
    expect(calls).toEqual(["tool_3"]);
  });
});

async function abortedIn(access: PlanStep["access"], result: ToolResult | undefined) {
  const caller = new AbortController();
  const plan = planOf(stepOf(1, { access }), stepOf(2));
  return run(plan, {
    signal: caller.signal,
    run() {
      caller.abort();
      return result;
    },
  });
}

describe("a run that is aborted", () => {
  const cancelled: ToolResult = { success: false, error: "Gone", error_code: "CANCELLED" };

  test("leaves a look-up for the next time", async () => {
    const { statuses, calls, plan } = await abortedIn("read", cancelled);
    expect([calls, statuses]).toEqual([["tool_1"], ["pending", "pending"]]);
    expect(statusOf(plan)).toBe("planned");
  });

  test("never tries a change again that may have been made", async () => {
    const { statuses, saved, plan } = await abortedIn("write", cancelled);
    expect(statuses).toEqual(["failed", "pending"]);
    expect(saved.at(-1)).toBe("failed pending");
    expect(plan.steps[0]?.result).toMatchObject({
      error: expect.stringContaining("may have been carried out"),
    });
    expect(statusOf(plan)).toBe("interrupted");
  });

  test("keeps what was done all the same", async () => {
    expect((await abortedIn("write", { success: true })).statuses).toEqual(["done", "pending"]);
  });

  test("leaves what had not begun", async () => {
    expect((await abortedIn("write", undefined)).statuses).toEqual(["pending", "pending"]);
  });
});

test("what a process left behind that died is not changed twice", () => {
  const plan = recoverSteps(
    planOf(
      stepOf(1, { status: "running", access: "write" }),
      stepOf(2, { status: "running" }),
      stepOf(3, { status: "done" }),
    ),
  );
  expect(plan.steps.map(({ status }) => status)).toEqual(["failed", "pending", "done"]);
});
