import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import type { FlagDefinition, FlagsDocument } from "#platform/flags/flags-document.ts";
import { setFlag } from "#platform/flags/flags-file.ts";
import { createEvaluator } from "#platform/flags/unleash.ts";
import { createManualClock } from "#support/manual-clock.ts";

const clock = createManualClock();
const evaluator = createEvaluator(clock);
const KEYS = Array.from({ length: 1000 }, (_, index) => `user-${index}`);

function isOn(strategies: FlagDefinition["strategies"], key: string, more: object = {}): boolean {
  evaluator.hold({ features: [{ name: "flag", enabled: true, strategies }], ...more });
  return evaluator.isEnabled("flag", { key });
}

const shareOf = (strategies: FlagDefinition["strategies"]): number => {
  evaluator.hold({ features: [{ name: "flag", enabled: true, strategies }] });
  return KEYS.filter((key) => evaluator.isEnabled("flag", { key })).length / KEYS.length;
};

describe("the SDK's evaluation", () => {
  test("draws the share that a rollout asks for", () => {
    const parameters = { rollout: "30", stickiness: "userId", groupId: "pam" };
    expect(shareOf([{ name: "flexibleRollout", parameters }])).toBeCloseTo(0.3, 1);
  });

  test("draws the same users after an upgrade of the SDK as before", () => {
    const parameters = { rollout: "30", stickiness: "userId", groupId: "pam" };
    const strategies = [{ name: "flexibleRollout", parameters }];
    expect(KEYS.slice(0, 20).filter((key) => isOn(strategies, key))).toEqual(["user-4", "user-11"]);
  });

  test.each(["default", "userId", "sessionId", "random", "", undefined])(
    "puts a key on one side for good with the stickiness %j",
    (stickiness) => {
      const parameters = { rollout: "50", groupId: "pam", stickiness };
      evaluator.hold({
        features: [
          { name: "flag", enabled: true, strategies: [{ name: "flexibleRollout", parameters }] },
        ],
      });
      fc.assert(
        fc.property(fc.string(), (key) => {
          const answers = Array.from({ length: 20 }, () => evaluator.isEnabled("flag", { key }));
          expect(new Set(answers).size).toBe(1);
        }),
      );
    },
  );

  test("draws by the key what `random` would draw by dice, in the share asked for", () => {
    const random = { rollout: "40", groupId: "pam", stickiness: "random" };
    const dice = [{ name: "gradualRolloutRandom", parameters: { percentage: "40" } }];
    expect(shareOf([{ name: "flexibleRollout", parameters: random }])).toBeCloseTo(0.4, 1);
    expect(shareOf(dice)).toBeCloseTo(0.4, 1);
    expect(new Set(Array.from({ length: 50 }, () => isOn(dice, "ada"))).size).toBe(1);
  });

  test("is sticky too where a parent's variant decides", () => {
    const variants = [
      { name: "blue", weight: 500, stickiness: "random" },
      { name: "green", weight: 500, stickiness: "random" },
    ];
    const dependencies = [{ feature: "parent", variants: ["blue"] }];
    evaluator.hold({
      features: [
        { name: "parent", enabled: true, strategies: [{ name: "default" }], variants },
        { name: "flag", enabled: true, strategies: [{ name: "default" }], dependencies },
      ],
    });
    const answers = KEYS.map((key) => evaluator.isEnabled("flag", { key }));
    expect(KEYS.map((key) => evaluator.isEnabled("flag", { key }))).toEqual(answers);
    expect(new Set(answers).size).toBe(2);
  });

  test("never takes anybody out as a share grows", () => {
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.string(), percent, percent, (key, one, other) => {
        const at = (share: number): boolean => {
          evaluator.hold(setFlag({ features: [] }, "flag", share));
          return evaluator.isEnabled("flag", { key });
        };
        const wasIn = at(Math.min(one, other));
        expect(at(Math.max(one, other)) || !wasIn).toBe(true);
      }),
    );
  });

  test("knows named users, constraints, segments and addresses", () => {
    const named = [{ name: "userWithId", parameters: { userIds: "ada, bob" } }];
    expect([isOn(named, "bob"), isOn(named, "eve")]).toEqual([true, false]);
    const constraints = [{ contextName: "userId", operator: "STR_ENDS_WITH", values: ["@x.org"] }];
    const constrained = [{ name: "default", constraints }];
    expect([isOn(constrained, "a@x.org"), isOn(constrained, "a@y.org")]).toEqual([true, false]);
    const inSegment = [{ name: "default", segments: [1] }];
    const segments = { segments: [{ id: 1, constraints }] };
    expect(isOn(inSegment, "a@x.org", segments)).toBe(true);
    expect(isOn(inSegment, "a@y.org", segments)).toBe(false);
    const local = [{ name: "remoteAddress", parameters: { IPs: "10.0.0.0/8" } }];
    expect(isOn(local, "ada")).toBe(false);
    expect(evaluator.isEnabled("flag", { key: "ada", remoteAddress: "10.1.2.3" })).toBe(true);
  });

  test("takes the time from the clock it was given", () => {
    const constraints = [
      {
        contextName: "currentTime",
        operator: "DATE_AFTER",
        value: new Date(clock.now() + 5000).toISOString(),
      },
    ];
    expect(isOn([{ name: "default", constraints }], "ada")).toBe(false);
    clock.advance(5001);
    expect(isOn([{ name: "default", constraints }], "ada")).toBe(true);
  });

  test("stands on optional parts being left out or null", () => {
    expect(isOn([{ name: "userWithId" }], "ada")).toBe(false);
    const constraints = [{ contextName: "userId", operator: "IN", values: null }];
    const bare = { parameters: null, segments: null, variants: null };
    expect(isOn([{ name: "default", ...bare, constraints: null }], "ada")).toBe(true);
    expect(isOn([{ name: "default", ...bare, constraints }], "ada")).toBe(false);
  });
});

test("a flag is known by its own name only, not by what objects inherit", () => {
  const document: FlagsDocument = { features: [{ name: "flag", enabled: true, strategies: [] }] };
  evaluator.hold(document);
  expect(
    ["flag", "constructor", "__proto__", "toString"].map((name) => evaluator.has(name)),
  ).toEqual([true, false, false, false]);
});

test("an emptied document takes every flag away", () => {
  evaluator.hold({ features: [{ name: "flag", enabled: true, strategies: [] }] });
  evaluator.hold({ features: [] });
  expect(evaluator.has("flag")).toBe(false);
});

afterEach(() => evaluator.hold({ features: [] }));
