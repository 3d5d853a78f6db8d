import { expect, test } from "vitest";

import { toSharePercent } from "#admin/route-row.ts";

test.each([
  ["always", 100],
  ["always (no strategy)", 100],
  ["never", 0],
  ["never (disabled)", 0],
  ["0 % by userId in group pam", 0],
  ["30 % by userId", 30],
  ["7.5 % by userId in group pam", 7.5],
])("the rule %j is a plain share", (rule, percent) => {
  expect(toSharePercent(rule)).toBe(percent);
});

test.each([
  "30 % by userId or always",
  "30 % by userId, constraint on userId (IN of 2)",
  "always, while pam.tts is on",
  "2 named users",
  'never (unknown strategy "x")',
])("the rule %j is more than a share", (rule) => {
  expect(toSharePercent(rule)).toBeNull();
});
