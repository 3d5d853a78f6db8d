import fc from "fast-check";
import { expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import type { FlagDefinition, Strategy } from "#platform/flags/flags-document.ts";
import { createEvaluator } from "#platform/flags/unleash.ts";
import { decide, type Decision } from "#routing/decide.ts";
import { routeOf } from "#support/exchange-record.ts";

const FLAG = "pam.chat";
const KEYS = Array.from({ length: 300 }, (_, index) => `user-${index}`);

const flagOf = (...strategies: readonly Strategy[]): FlagDefinition => ({
  name: FLAG,
  enabled: true,
  strategies: [...strategies],
});
const rollout = (percent: number, groupId = "pam"): Strategy => ({
  name: "flexibleRollout",
  parameters: { rollout: String(percent), stickiness: "default", groupId },
});

/** Decides for every key, through the SDK that decides live. */
function decideAll(flag: FlagDefinition, allowedPercent: number | undefined): readonly Decision[] {
  const evaluator = createEvaluator(systemClock);
  evaluator.hold({ version: 2, features: [flag] });
  const decisions = KEYS.map((key) =>
    decide({
      route: routeOf("chat.health"),
      hasNative: true,
      override: undefined,
      safeguards: {
        isTripped: () => false,
        ceilingOf: () =>
          allowedPercent === undefined ? undefined : { allowedPercent, isEnforced: true },
      },
      evaluate(name) {
        if (!evaluator.has(name)) return "absent";
        return evaluator.isEnabled(name, { key }) ? "on" : "off";
      },
      positionOf: (name) => evaluator.positionOf(name, { key }),
    }),
  );
  evaluator.destroy();
  return decisions;
}

const nativeKeys = (flag: FlagDefinition, allowed: number | undefined): ReadonlySet<string> => {
  const decisions = decideAll(flag, allowed);
  return new Set(KEYS.filter((_, index) => decisions[index]?.side === "native"));
};

const percents = fc.integer({ min: 0, max: 100 });
const groups = fc.constantFrom("pam", "another", "");
const constrained = (strategy: Strategy): Strategy => ({
  ...strategy,
  constraints: [{ contextName: "userId", operator: "STR_ENDS_WITH", values: ["1", "2", "3"] }],
});
/** Flags as people write them: rollouts, several of them, constraints, named users, always. */
const strategies = fc.oneof(
  fc.tuple(percents, groups).map(([percent, group]) => rollout(percent, group)),
  fc.tuple(percents, groups).map(([percent, group]) => constrained(rollout(percent, group))),
  fc.constant<Strategy>({ name: "default" }),
  fc.constant<Strategy>({ name: "userWithId", parameters: { userIds: "user-1,user-2" } }),
  percents.map((percentage): Strategy => ({
    name: "gradualRolloutRandom",
    parameters: { percentage: String(percentage) },
  })),
);
const flags = fc.array(strategies, { maxLength: 3 }).map((list) => flagOf(...list));

test("a clamped cohort is one of the flagged, whatever the flag and the ceiling are", () => {
  fc.assert(
    fc.property(flags, percents, (flag, allowed) => {
      const clamped = nativeKeys(flag, allowed);
      expect(clamped.isSubsetOf(nativeKeys(flag, undefined))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("of a plain rollout exactly the smaller of the two shares is native", () => {
  fc.assert(
    fc.property(percents, percents, groups, (percent, allowed, group) => {
      const clamped = nativeKeys(flagOf(rollout(percent, group)), allowed);
      expect(clamped).toEqual(nativeKeys(flagOf(rollout(Math.min(percent, allowed), group)), 100));
    }),
    { numRuns: 60 },
  );
});

test("a ceiling that rises moves nobody back", () => {
  fc.assert(
    fc.property(flags, percents, percents, (flag, one, other) => {
      const lower = nativeKeys(flag, Math.min(one, other));
      expect(lower.isSubsetOf(nativeKeys(flag, Math.max(one, other)))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("a rollout that rises under a ceiling moves nobody back", () => {
  fc.assert(
    fc.property(percents, percents, percents, (one, other, allowed) => {
      const lower = nativeKeys(flagOf(rollout(Math.min(one, other))), allowed);
      const higher = nativeKeys(flagOf(rollout(Math.max(one, other))), allowed);
      expect(lower.isSubsetOf(higher)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("no more than the ceiling's share is native, in whichever group it is drawn", () => {
  fc.assert(
    fc.property(flags, percents, (flag, allowed) => {
      const decisions = decideAll(flag, allowed);
      for (const { side, clamp } of decisions) {
        expect(side === "native" && clamp !== undefined).toBe(false);
      }
      // A third of a hundred positions more or less is four standard deviations of 300 keys.
      const share = decisions.filter(({ side }) => side === "native").length / KEYS.length;
      expect(share).toBeLessThanOrEqual(allowed / 100 + 0.12);
    }),
    { numRuns: 60 },
  );
});
