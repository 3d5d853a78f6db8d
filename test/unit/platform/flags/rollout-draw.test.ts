import fc from "fast-check";
import { expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import type { FlagDefinition, Strategy } from "#platform/flags/flags-document.ts";
import { toRolloutDraw, toRolloutPosition } from "#platform/flags/rollout-draw.ts";
import { createEvaluator } from "#platform/flags/unleash.ts";

const FLAG = "pam.chat";
const flexible = (rollout: number, more: Record<string, string> = {}): Strategy => ({
  name: "flexibleRollout",
  parameters: { rollout: String(rollout), stickiness: "default", groupId: "pam", ...more },
});
const flagOf = (...strategies: readonly Strategy[]): FlagDefinition => ({
  name: FLAG,
  enabled: true,
  strategies: [...strategies],
});

function evaluatorOf(...strategies: readonly Strategy[]) {
  const evaluator = createEvaluator(systemClock);
  evaluator.hold({ version: 2, features: [flagOf(...strategies)] });
  return evaluator;
}

const groupOf = (...strategies: readonly Strategy[]): string =>
  toRolloutDraw(flagOf(...strategies)).groupId;

const keys = fc.string({ maxLength: 40 });
const percents = fc.integer({ min: 0, max: 100 });
const groups = fc.constantFrom("pam", "", "another group", "pam.chat");
const stickiness = fc.constantFrom("default", "userId", "sessionId", "random", "remoteAddress", "");

test("the SDK turns a flag on exactly at the positions up to its rollout", () => {
  fc.assert(
    fc.property(keys, percents, fc.tuple(groups, stickiness), (key, rollout, [groupId, by]) => {
      const evaluator = evaluatorOf(flexible(rollout, { groupId, stickiness: by }));
      const subject = { key, remoteAddress: "203.0.113.9" };
      const isOn = evaluator.isEnabled(FLAG, subject);
      expect(isOn).toBe(evaluator.positionOf(FLAG, subject) <= rollout);
      evaluator.destroy();
    }),
    { numRuns: 300 },
  );
});

test.each(["gradualRolloutUserId", "gradualRolloutSessionId", "gradualRolloutRandom"])(
  "the SDK turns a %s on exactly at the positions up to its percentage",
  (name) => {
    fc.assert(
      fc.property(keys, percents, groups, (key, percentage, groupId) => {
        const evaluator = evaluatorOf({
          name,
          parameters: { percentage: String(percentage), groupId },
        });
        const isOn = evaluator.isEnabled(FLAG, { key });
        expect(isOn).toBe(evaluator.positionOf(FLAG, { key }) <= percentage);
        evaluator.destroy();
      }),
      { numRuns: 100 },
    );
  },
);

test("positions are spread evenly over 1 to 100", () => {
  const evaluator = evaluatorOf(flexible(50));
  const counts = new Map<number, number>();
  for (let index = 0; index < 20_000; index += 1) {
    const position = evaluator.positionOf(FLAG, { key: `user-${index}` });
    counts.set(position, (counts.get(position) ?? 0) + 1);
  }
  evaluator.destroy();
  expect(Math.min(...counts.keys())).toBe(1);
  expect(Math.max(...counts.keys())).toBe(100);
  expect(counts.size).toBe(100);
  // 200 each, with a standard deviation of 14.
  expect(Math.min(...counts.values())).toBeGreaterThan(120);
  expect(Math.max(...counts.values())).toBeLessThan(280);
});

test("of several strategies the first that is for everybody draws, whatever the percentages", () => {
  const constrained = {
    ...flexible(100, { groupId: "insiders" }),
    constraints: [{ contextName: "userId", operator: "IN", values: ["u1"] }],
  };
  expect(groupOf(constrained, flexible(5), flexible(50, { groupId: "later" }))).toBe("pam");
  expect(groupOf(constrained, flexible(90), flexible(1, { groupId: "later" }))).toBe("pam");
  expect(groupOf(constrained)).toBe("insiders");
});

test("a flag that draws nobody has the group of all routes, and so has one without strategies", () => {
  const position = toRolloutPosition({ groupId: "pam", by: "key" }, { key: "u1" });
  for (const evaluator of [evaluatorOf({ name: "default" }), evaluatorOf()]) {
    expect(evaluator.positionOf(FLAG, { key: "u1" })).toBe(position);
    evaluator.destroy();
  }
});

test("nobody is sooner than last in a flag that does not exist", () => {
  const evaluator = evaluatorOf();
  expect(evaluator.positionOf("pam.nothing", { key: "u1" })).toBe(100);
  evaluator.destroy();
});
