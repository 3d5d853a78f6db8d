import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  PLAN_LIMITS,
  readProposal,
  SUBMIT_PLAN,
  type FindPlannable,
  type PlannableTool,
  type PlanStep,
  type Proposal,
} from "#pam/plans/index.ts";
import { judgeProposal } from "#pam/plans/proposal.ts";
import { TOOLS } from "#pam/tools/registry.ts";

const tools = new Map<string, PlannableTool>(
  [...TOOLS.values()].map((tool) => [
    tool.name,
    {
      access: tool.access,
      confirmationPrompt: tool.confirmationPrompt,
      faultOf(args) {
        try {
          tool.check(args);
          return undefined;
        } catch (error) {
          return String(error);
        }
      },
    },
  ]),
);
const find: FindPlannable = (name) => tools.get(name);

const budget = { tool: "analyze_budget", description: "Look at it", arguments: {} };
const faultsOf = (value: unknown): readonly string[] => {
  const judgement = judgeProposal(value, find);
  return judgement.kind === "unfit" ? judgement.faults : [];
};

describe("a proposal", () => {
  test("becomes steps of tools, numbered, each with what its tool is", () => {
    const judgement = judgeProposal(
      {
        reasoning: "  Because. ",
        success_probability: 0.7,
        steps: [
          budget,
          { tool: "create_post", arguments: { content: "Hello" }, depends_on: [1, 1] },
        ],
      },
      find,
    );
    expect(judgement).toMatchObject({
      kind: "fit",
      proposal: {
        reasoning: "Because.",
        successProbability: 0.7,
        steps: [
          { step: 1, action: "analyze_budget", access: "read", confirmationPrompt: null },
          {
            step: 2,
            action: "create_post",
            description: "create post",
            dependsOn: [1],
            access: "write",
            confirmationPrompt: expect.any(String),
            status: "pending",
            result: null,
          },
        ],
      },
    });
  });

  test("may have no steps, and the legacy's probability where it names none", () => {
    expect(judgeProposal({ steps: [] }, find)).toEqual({
      kind: "fit",
      proposal: { reasoning: "", successProbability: 0.8, steps: [] },
    });
  });

  test.each([
    ["a tool that nobody knows", [{ ...budget, tool: "format_disk" }], "Step 1: There is no tool"],
    ["a tool by an inherited name", [{ ...budget, tool: "__proto__" }], "Step 1: There is no tool"],
    ["wrong arguments", [{ tool: "plan_trip", arguments: { origin: "A" } }], "destination"],
    ["itself as what comes before", [{ ...budget, depends_on: [1] }], "only on earlier ones"],
    [
      "a circle",
      [
        { ...budget, depends_on: [2] },
        { ...budget, depends_on: [1] },
      ],
      "Step 1: It",
    ],
    ["a step before the first", [{ ...budget, depends_on: [0] }], "only on earlier ones"],
    ["a thousand steps", Array.from({ length: 1_000 }, () => budget), "at most 8"],
    ["arguments without end", [{ ...budget, arguments: { x: "y".repeat(5_000) } }], "4000"],
  ])("is unfit with %s", (_, steps, fault) => {
    expect(faultsOf({ steps }).join("\n")).toContain(fault);
  });

  test("is told at most ten faults, none of them long", () => {
    const name = "n".repeat(100);
    const steps = Array.from({ length: 8 }, () => ({ tool: name, depends_on: [8, 8, 8] }));
    const faults = faultsOf({ steps });
    expect(faults).toHaveLength(10);
    expect(Math.max(...faults.map(({ length }) => length))).toBeLessThanOrEqual(200);
  });

  test("that is nested deeper than a stack is unfit, and no failure", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`) as unknown;
    expect(faultsOf({ steps: [{ ...budget, arguments: deep }] })).not.toEqual([]);
    expect(faultsOf(deep)).not.toEqual([]);
  });
});

const call = (args: Readonly<Record<string, unknown>>) =>
  ({ kind: "call", id: "c", name: SUBMIT_PLAN.name, args }) as const;

describe("an answer of a model", () => {
  test("is a plan by its call, whatever else it calls and says", () => {
    const other = { kind: "call", id: "o", name: "create_expense", args: { amount: 5 } } as const;
    const answer = { text: '{"steps": 5}', toolCalls: [other, call({ steps: [budget] })] };
    expect(readProposal(answer, find)).toMatchObject({
      kind: "fit",
      proposal: { steps: [{ action: "analyze_budget" }] },
    });
  });

  test("is a plan by JSON in its text, where it calls nothing", () => {
    const text = `Here it is:\n\`\`\`json\n${JSON.stringify({ steps: [budget] })}\n\`\`\``;
    expect(readProposal({ text, toolCalls: [] }, find)).toMatchObject({ kind: "fit" });
  });

  test.each([
    ["says something else", { text: "I would rather not.", toolCalls: [] }],
    ["says nothing", { text: "", toolCalls: [] }],
    [
      "calls with broken arguments",
      {
        text: "",
        toolCalls: [{ kind: "unreadable", id: "c", name: SUBMIT_PLAN.name, error: "No" } as const],
      },
    ],
    [
      "calls a tool itself",
      { text: "", toolCalls: [{ kind: "call", id: "c", name: "create_post", args: {} } as const] },
    ],
  ])("is none where it %s", (_, answer) => {
    expect(readProposal(answer, find)).toMatchObject({ kind: "unfit" });
  });
});

const isSoundStep = (step: PlanStep, index: number): boolean =>
  step.step === index + 1 &&
  step.status === "pending" &&
  find(step.action)?.faultOf(step.arguments) === undefined &&
  find(step.action) !== undefined &&
  step.dependsOn.every((before) => before >= 1 && before < step.step);

const isSound = ({ steps, reasoning, successProbability }: Proposal): boolean =>
  steps.length <= PLAN_LIMITS.steps &&
  steps.every(isSoundStep) &&
  reasoning.length <= PLAN_LIMITS.textCharacters &&
  reasoning.isWellFormed() &&
  successProbability >= 0 &&
  successProbability <= 1;

describe("whatever a model hands in", () => {
  const names = fc.oneof(fc.constantFrom(...tools.keys()), fc.string());
  const hostileStep = fc.record(
    {
      tool: fc.oneof(names, fc.anything()),
      description: fc.anything(),
      arguments: fc.oneof(fc.object(), fc.anything()),
      depends_on: fc.oneof(fc.array(fc.integer({ min: -2, max: 12 })), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const hostile = fc.oneof(
    fc.anything(),
    fc.record(
      {
        steps: fc.oneof(fc.array(hostileStep, { maxLength: 20 }), fc.anything()),
        reasoning: fc.anything(),
        success_probability: fc.anything(),
      },
      { requiredKeys: [] },
    ),
    // Some of them nearly right, or nothing would ever get through.
    fc.record({
      steps: fc.array(
        fc.record({
          tool: fc.constantFrom("analyze_budget", "create_expense", "nothing"),
          arguments: fc.constantFrom({}, { amount: 5, category: "gas" }, { amount: "x" }),
          depends_on: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
        }),
        { maxLength: 10 },
      ),
    }),
  );

  test("what is taken has few steps of known tools with fit arguments, and no circles", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const judgement = judgeProposal(value, find);
        const isFine =
          judgement.kind === "unfit" ? judgement.faults.length > 0 : isSound(judgement.proposal);
        expect(isFine).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("some of it is taken, so that the property says something", () => {
    const sample = fc.sample(hostile, { numRuns: 500, seed: 7 });
    const taken = sample.filter((value) => judgeProposal(value, find).kind === "fit");
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.length).toBeLessThan(sample.length);
  });
});
