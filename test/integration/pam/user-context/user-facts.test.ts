import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createPlanOf, createPrivacyOf } from "#pam/user-context/index.ts";
import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const ME = "11111111-1111-4111-8111-111111111111";

let opened: OpenDatabase;
let database: Database;
let warnings: unknown[];

beforeAll(async () => {
  opened = await openEmbedded();
  database = opened.database;
});
afterAll(async () => opened.close());
beforeEach(async () => {
  warnings = [];
  await database.deleteFrom("user_subscriptions").execute();
  await database.deleteFrom("user_settings").execute();
});

function createOptions(open: () => Promise<Database> = async () => database) {
  const time = createManualTime();
  const { clock, scheduler } = time;
  const logger = { warn: (fields: object) => warnings.push(fields) };
  return { time, options: { database: open, clock, scheduler, logger } };
}

test.each([
  [{ plan_type: "monthly" }, "paid"],
  [{ plan_type: "Annual", status: "active" }, "paid"],
  [{ subscription_tier: "admin" }, "paid"],
  [{ plan_type: "monthly", status: "canceled" }, "free"],
  [{ plan_type: "monthly", subscription_status: "expired" }, "free"],
  [{ plan_type: "trial" }, "free"],
  [{}, "free"],
])("a subscription with %j is served as %s", async (fields, tier) => {
  await database
    .insertInto("user_subscriptions")
    .values({ user_id: ME, ...fields })
    .execute();
  expect(await createPlanOf(createOptions().options)(ME)).toBe(tier);
});

test("whoever has no subscription, or no id of this database, is served as free", async () => {
  const planOf = createPlanOf(createOptions().options);
  expect(await planOf(ME)).toBe("free");
  expect(await planOf("auth0|1")).toBe("free");
});

test("a plan is kept for a minute, and then asked for anew", async () => {
  const { time, options } = createOptions();
  const planOf = createPlanOf(options);
  expect(await planOf(ME)).toBe("free");
  await database
    .insertInto("user_subscriptions")
    .values({ user_id: ME, plan_type: "monthly" })
    .execute();
  time.advance(59_999);
  expect(await planOf(ME)).toBe("free");
  time.advance(1);
  expect(await planOf(ME)).toBe("paid");
});

test("a database that fails makes nobody wait, and what it did not say is not kept", async () => {
  let isAway = true;
  const { options } = createOptions(async () => {
    if (isAway) throw new Error("away");
    return database;
  });
  await database
    .insertInto("user_subscriptions")
    .values({ user_id: ME, plan_type: "monthly" })
    .execute();
  const planOf = createPlanOf(options);
  expect(await planOf(ME)).toBe("free");
  expect(warnings).toEqual([{ fact: "plan", problem: "away" }]);
  isAway = false;
  expect(await planOf(ME)).toBe("paid");
});

test("a database that is silent is waited for half a second", async () => {
  const { time, options } = createOptions(async () => new Promise(() => {}));
  const asked = createPlanOf(options)(ME);
  time.advance(500);
  expect(await asked).toBe("free");
  expect(warnings).toEqual([{ fact: "plan", problem: "no answer within 500 ms" }]);
});

test("the users who were asked for longest ago are forgotten first", async () => {
  let asked = 0;
  const { options } = createOptions(async () => {
    asked += 1;
    return database;
  });
  const planOf = createPlanOf({ ...options, maxUsers: 2 });
  const [other, third] = [ME.replace("1", "2"), ME.replace("1", "3")];
  await planOf(ME);
  await planOf(other);
  await planOf(third);
  expect(asked).toBe(3);
  await planOf(other);
  expect(asked).toBe(3);
  await planOf(ME);
  expect(asked).toBe(4);
});

test.each([
  [undefined, { mayAskOutside: true, mayCollect: true }],
  [{}, { mayAskOutside: true, mayCollect: true }],
  [["odd"], { mayAskOutside: true, mayCollect: true }],
  [{ ai_external_allowed: false }, { mayAskOutside: false, mayCollect: true }],
  [
    { ai_external_allowed: "odd", data_collection: false },
    { mayAskOutside: true, mayCollect: false },
  ],
])("privacy preferences %j allow %j", async (preferences, allowed) => {
  if (preferences !== undefined) {
    const privacy_preferences = JSON.parse(JSON.stringify(preferences)) as Record<string, boolean>;
    await database
      .insertInto("user_settings")
      .values({ user_id: ME, privacy_preferences })
      .execute();
  }
  expect(await createPrivacyOf(createOptions().options)(ME)).toEqual(allowed);
});

test("what a user allows is taken for nothing where it cannot be read", async () => {
  const { options } = createOptions(async () => Promise.reject(new Error("away")));
  expect(await createPrivacyOf(options)(ME)).toEqual({ mayAskOutside: false, mayCollect: false });
});
