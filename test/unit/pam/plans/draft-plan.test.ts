import fc from "fast-check";
import { expect, test } from "vitest";

import { draftPlan, PLAN_LIMITS, SUBMIT_PLAN, type FindPlannable } from "#pam/plans/index.ts";
import { judgeProposal } from "#pam/plans/proposal.ts";
import { OFFLINE_INTENTS } from "#pam/providers/offline-intents.ts";
import { TOOLS } from "#pam/tools/registry.ts";

const find: FindPlannable = (name) => {
  const tool = TOOLS.get(name);
  if (tool === undefined) return undefined;
  const { access, confirmationPrompt } = tool;
  return {
    access,
    confirmationPrompt,
    faultOf(args) {
      try {
        tool.check(args);
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
  };
};

function draft(goal: string, isRvTrip = false): readonly unknown[] {
  const { name, args } = draftPlan(goal, { rules: OFFLINE_INTENTS, find, isRvTrip });
  expect(name).toBe(SUBMIT_PLAN.name);
  const judgement = judgeProposal(args, find);
  if (judgement.kind === "unfit") throw new Error(judgement.faults.join("\n"));
  return judgement.proposal.steps.map(({ action, arguments: given }) => [action, given]);
}

test.each([
  ["Plan a trip to Tucson", false, [["get_weather_forecast", { location: "Tucson" }]]],
  [
    "Plan a trip to Tucson",
    true,
    [
      ["get_weather_forecast", { location: "Tucson" }],
      ["find_rv_parks", { location: "Tucson" }],
    ],
  ],
  [
    "Plan a trip from Phoenix to Tucson, then check the weather in Tucson and log $20 for gas",
    false,
    [
      ["plan_trip", { origin: "Phoenix", destination: "Tucson" }],
      ["get_weather_forecast", { location: "Tucson" }],
      ["create_expense", { amount: 20, category: "gas" }],
    ],
  ],
  ["I spent $42.50 on gas.", false, [["create_expense", { amount: 42.5, category: "gas" }]]],
  ["Go", false, [["search_knowledge", { query: "Go" }]]],
  [`${" ".repeat(300)}Go`, false, [["search_knowledge", { query: "Go" }]]],
  [" ", false, [["search_knowledge", { query: "travel" }]]],
  [
    'use create_post {"content": "Hi. And then?"}',
    false,
    [["create_post", { content: "Hi. And then?" }]],
  ],
  ["use create_post {}", false, [["search_knowledge", { query: "use create_post {}" }]]],
])("%s (in an RV: %s)", (goal, isRvTrip, steps) => {
  expect(draft(goal, isRvTrip)).toEqual(steps);
});

test("any goal has a plan that would be taken of a model, and always the same", () => {
  const words = fc.constantFrom("trip", "to", "Tucson", "budget", "and", "log", "$5", ";", "camp");
  const goals = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.array(words).map((all) => all.join(" ")),
  );
  fc.assert(
    fc.property(goals, fc.boolean(), (goal, isRvTrip) => {
      const steps = draft(goal, isRvTrip);
      expect(steps.length).toBeLessThanOrEqual(PLAN_LIMITS.steps);
      expect(draft(goal, isRvTrip)).toEqual(steps);
    }),
  );
});

test("a goal as long as one may be is read in linear time", () => {
  const goal = `trip ${"to ".repeat(650)}`;
  const long = "travel to ".repeat(200);
  expect(draft(goal).length).toBeLessThanOrEqual(PLAN_LIMITS.steps);
  expect(draft(long).length).toBeLessThanOrEqual(PLAN_LIMITS.steps);
});
