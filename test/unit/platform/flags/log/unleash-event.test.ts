import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toLoggedFlip, unleashEventSchema } from "#platform/flags/log/unleash-event.ts";

const TERMS = { environment: "development", ownUserId: 7 };
const rollout = (percent: string) => ({
  id: "s1",
  name: "flexibleRollout",
  parameters: { rollout: percent, stickiness: "userId", groupId: "pam" },
  constraints: [],
});

const read = (fields: Readonly<Record<string, unknown>>, terms = TERMS) =>
  toLoggedFlip(
    unleashEventSchema.parse({
      id: 5,
      type: "feature-environment-enabled",
      createdAt: "2026-03-15T12:00:00.000Z",
      createdBy: "ada@example.com",
      createdByUserId: 3,
      environment: "development",
      featureName: "pam.chat",
      data: null,
      preData: null,
      ...fields,
    }),
    terms,
  );

test("an event says who changed which flag, when, and from what to what", () => {
  const update = {
    type: "feature-strategy-update",
    data: rollout("60"),
    preData: rollout("25"),
  };
  expect(read(update)).toEqual({
    id: 5,
    atMs: Date.UTC(2026, 2, 15, 12),
    flag: "pam.chat",
    from: "25 % by userId in group pam",
    to: "60 % by userId in group pam",
    by: "ada@example.com",
    isByToken: false,
  });
});

test.each([
  [{ type: "feature-environment-enabled" }, "never (disabled)", "enabled"],
  [{ type: "feature-environment-disabled" }, "enabled", "never (disabled)"],
  [{ type: "feature-created", environment: undefined }, "not set", "never (disabled)"],
  [{ type: "feature-archived", environment: undefined }, "in use", "not set"],
  [{ type: "feature-strategy-add", data: rollout("100") }, "no such strategy", "always"],
  [
    { type: "feature-strategy-remove", preData: rollout("5") },
    "5 % by userId in group pam",
    "no such strategy",
  ],
  [
    { type: "feature-strategy-add", data: { ...rollout("5"), disabled: true } },
    "no such strategy",
    "5 % by userId in group pam (switched off)",
  ],
  [{ type: "feature-strategy-add", data: "nonsense" }, "no such strategy", "a strategy"],
])("%o is a flip", (fields, from, to) => {
  expect(read(fields)).toMatchObject({ from, to });
});

test.each([
  { type: "feature-stale-on" },
  { type: "project-created" },
  { environment: "production" },
  { featureName: null },
])("%o is none", (fields) => {
  expect(read(fields)).toBeUndefined();
});

describe("whoever did it", () => {
  test.each([
    [3, false],
    [7, true],
    [-42, true],
    [0, true],
    [null, true],
    [undefined, true],
  ])("with the user id %s came with a token: %s", (createdByUserId, isByToken) => {
    expect(read({ createdByUserId })).toMatchObject({ isByToken });
  });

  test("has a name of one short line, or none that is known", () => {
    expect(read({ createdBy: `a\n\u0000b${"c".repeat(500)}` })?.by).toMatch(/^a bc{96,97}$/u);
    expect(read({ createdBy: " \n" })?.by).toBe("unknown");
    expect(read({ createdBy: 5 })?.by).toBe("unknown");
  });
});

test("whatever a strategy is, the lines are short and whole", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (data, preData) => {
      const flip = read({ type: "feature-strategy-update", data, preData });
      for (const line of [flip?.from, flip?.to]) {
        expect(line).toMatch(/^\P{Cc}{1,300}$/u);
        expect(line?.isWellFormed()).toBe(true);
      }
    }),
  );
});
