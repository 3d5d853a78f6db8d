import { expect, test } from "vitest";

import { toRule } from "#platform/flags/flag-rule.ts";
import type { FlagDefinition } from "#platform/flags/flags-document.ts";

type Strategies = FlagDefinition["strategies"];

const rollout = (parameters: Strategies[number]["parameters"]): Strategies => [
  { name: "flexibleRollout", parameters },
];
const constraints = [
  { contextName: "userId", operator: "IN", values: ["ada", "bob"] },
  { contextName: "remoteAddress", operator: "IN_CIDR", values: ["10.0.0.0/8"], inverted: true },
  { contextName: "appName", operator: "REGEX", value: "^b" },
];

test.each<[rule: string, Strategies]>([
  ["always (no strategy)", []],
  ["always", [{ name: "default" }]],
  ["always", rollout({ rollout: "100", stickiness: "userId", groupId: "pam" })],
  ["always", rollout({ rollout: 100, stickiness: "random" })],
  ["0 % by userId in group pam", rollout({ rollout: "0", stickiness: "userId", groupId: "pam" })],
  ["0 % by default", rollout({})],
  ["never", rollout({ rollout: "many" })],
  ["30 % by userId in group pam", rollout({ rollout: "30", stickiness: "userId", groupId: "pam" })],
  ["40 % by default", rollout({ rollout: "40" })],
  ["40 % by default", rollout({ rollout: "40", stickiness: "", groupId: "pam.chat" })],
  ["5 % by cohort", rollout({ rollout: "5", stickiness: "random" })],
  ["100 % by tenantId", rollout({ rollout: "100", stickiness: "tenantId" })],
  ["20 % by userId", [{ name: "gradualRolloutUserId", parameters: { percentage: "20" } }]],
  ["20 % by sessionId", [{ name: "gradualRolloutSessionId", parameters: { percentage: 20 } }]],
  ["20 % by cohort", [{ name: "gradualRolloutRandom", parameters: { percentage: "20" } }]],
  ["3 named users", [{ name: "userWithId", parameters: { userIds: "a, b,c" } }]],
  ["1 named user", [{ name: "userWithId", parameters: { userIds: "a," } }]],
  ["0 named users", [{ name: "userWithId" }]],
  ["2 address ranges", [{ name: "remoteAddress", parameters: { IPs: "10.0.0.0/8,::1" } }]],
  ["1 named host", [{ name: "applicationHostname", parameters: { hostNames: "a" } }]],
  ['never (unknown strategy "byTenant")', [{ name: "byTenant" }]],
  ['never (unknown strategy "constructor")', [{ name: "constructor" }]],
  [
    "always, constraint on userId (IN of 2), constraint on remoteAddress (not IN_CIDR of 1), constraint on appName (REGEX), segment 4",
    [{ name: "default", constraints, segments: [4] }],
  ],
  [
    "1 named user or 30 % by default",
    [{ name: "userWithId", parameters: { userIds: "a" } }, ...rollout({ rollout: "30" })],
  ],
])("a flag is summed up as %j", (rule, strategies) => {
  expect(toRule({ name: "pam.chat", enabled: true, strategies })).toBe(rule);
});

test("a disabled flag is never on, whatever its strategies say", () => {
  expect(toRule({ name: "a", enabled: false, strategies: [{ name: "default" }] })).toBe(
    "never (disabled)",
  );
});

test("the flags that a flag depends on are named", () => {
  const dependencies = [{ feature: "b" }, { feature: "c", enabled: false }];
  expect(toRule({ name: "a", enabled: true, strategies: [], dependencies })).toBe(
    "always (no strategy), while b is on, while c is off",
  );
});
