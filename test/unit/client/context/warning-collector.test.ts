import { expect, test } from "vitest";

import { createWarningCollector, validatePamContext } from "#client/index.ts";

const [location] = validatePamContext({ location: 1 }).warnings;
const [userId] = validatePamContext({ userId: 1 }).warnings;
if (location === undefined || userId === undefined) throw new Error("No warnings to collect");

test("the same mistake is told once, with how often and since when", () => {
  let nowMs = 1000;
  const { add, groups } = createWarningCollector({ now: () => nowMs });
  for (const warning of [userId, location, location]) {
    add(warning);
    nowMs += 500;
  }
  expect(groups()).toEqual([
    {
      code: "WRONG_NAME",
      path: "location",
      message: location.message,
      count: 2,
      firstSeenMs: 1500,
      lastSeenMs: 2000,
    },
    expect.objectContaining({ path: "userId", count: 1, firstSeenMs: 1000, lastSeenMs: 1000 }),
  ]);
});

test("more different ones than there is room for are counted and not kept", () => {
  const collector = createWarningCollector({ maxGroups: 1 });
  collector.add(location);
  collector.add(userId);
  collector.add(location);
  expect(collector.groups().map(({ path, count }) => [path, count])).toEqual([["location", 2]]);
  expect(collector.leftOut()).toBe(1);
  collector.clear();
  expect([collector.groups(), collector.leftOut()]).toEqual([[], 0]);
});
