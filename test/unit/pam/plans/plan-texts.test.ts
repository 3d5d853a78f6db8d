import { expect, test } from "vitest";

import {
  complexityOf,
  tellSteps,
  toEstimate,
  toInsight,
  type Plan,
  type PlanStep,
} from "#pam/plans/index.ts";

type Brief = Partial<Pick<PlanStep, "status" | "result" | "confirmationPrompt">>;

const planOf = (briefs: readonly Brief[], isRvTrip = false): Plan => ({
  id: "p",
  userId: "u",
  goal: "Go",
  reasoning: "",
  successProbability: 1,
  isRvTrip,
  createdAtMs: 0,
  response: null,
  steps: briefs.map((brief, index) => ({
    step: index + 1,
    action: "tool",
    description: `Step ${index + 1}`,
    arguments: {},
    dependsOn: [],
    access: "read",
    confirmationPrompt: null,
    status: "pending",
    result: null,
    ...brief,
  })),
});
const steps = (count: number): Brief[] => Array.from({ length: count }, () => ({}));

test.each([
  [0, false, "simple"],
  [1, false, "simple"],
  [1, true, "moderate"],
  [2, false, "moderate"],
  [4, false, "moderate"],
  [5, false, "complex"],
] as const)("%i steps (in an RV: %s) are %s", (count, isRvTrip, complexity) => {
  expect(complexityOf(planOf(steps(count), isRvTrip))).toBe(complexity);
});

test.each([
  [0, "immediate"],
  [1, "up to 8 seconds"],
  [3, "up to 24 seconds"],
  [8, "up to 27 seconds"],
])("%i steps take %s", (count, estimate) => {
  expect(toEstimate(planOf(steps(count)), { stepMs: 8_000, allMs: 27_000 })).toBe(estimate);
});

test("an insight counts what there is to count", () => {
  expect(toInsight(planOf([]))).toBe("No tool was needed for this");
  expect(toInsight(planOf([{ status: "done" }, { status: "done" }]))).toBe(
    "2 of 2 steps carried out",
  );
  expect(toInsight(planOf([{ status: "done" }, { status: "needs_confirmation" }, {}]))).toBe(
    "1 of 3 steps carried out, 1 to be confirmed, 1 not begun",
  );
  expect(toInsight(planOf([{ status: "failed" }, {}]))).toBe(
    "Interrupted: 0 of 2 steps carried out, 1 failed, 1 not begun",
  );
});

test("steps are told by what their tools say", () => {
  const error_code = "FAILED";
  expect(
    tellSteps(
      planOf([
        { status: "done", result: { success: true, message: "Saved" } },
        { status: "done", result: { success: true, total: 3 } },
        { status: "failed", result: { success: false, error: "Broken", error_code } },
        { status: "running" },
        {},
      ]),
    ),
  ).toBe("Step 1: Saved\nStep 2: done\nStep 3: Broken\nStep 4: running\nStep 5: not done yet");
  expect(tellSteps(planOf([]))).toBe("There is nothing to be carried out for this.");
});
