import { expect, test } from "vitest";

import { createMemoryPlanStore, PLAN_LIMITS, type Plan } from "#pam/plans/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const planOf = (id: string, more: Partial<Plan> = {}): Plan => ({
  id,
  userId: "u",
  goal: "Go",
  reasoning: "",
  successProbability: 1,
  isRvTrip: false,
  createdAtMs: 0,
  steps: [],
  response: null,
  ...more,
});

test("a plan is its user's own, and the last one saved is read", async () => {
  const store = createMemoryPlanStore(createManualClock());
  await store.save(planOf("p"));
  await store.save(planOf("p", { response: "Done" }));
  expect(await store.read("u", "p")).toEqual(planOf("p", { response: "Done" }));
  expect(await store.read("other", "p")).toBeUndefined();
  expect(await store.read("u", "other")).toBeUndefined();
});

test("the newest twenty of a user are kept", async () => {
  const store = createMemoryPlanStore(createManualClock());
  const ids = Array.from({ length: PLAN_LIMITS.plansPerUser + 3 }, (_, index) => `p${index}`);
  for (const id of ids) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await store.save(planOf(id));
  }
  await store.save(planOf("p", { userId: "other" }));
  const found = await Promise.all(ids.map(async (id) => store.read("u", id)));
  expect(found.map((plan) => plan !== undefined)).toEqual(ids.map((_, index) => index >= 3));
  expect(await store.read("other", "p")).toBeDefined();
});

test("plans end a day after the last of them was saved", async () => {
  const clock = createManualClock();
  const store = createMemoryPlanStore(clock);
  await store.save(planOf("p"));
  clock.advance(PLAN_LIMITS.expiryMs - 1);
  expect(await store.read("u", "p")).toBeDefined();
  clock.advance(1);
  expect(await store.read("u", "p")).toBeUndefined();
});

test("all plans together are bounded, and the users who were idle for longest lose theirs", async () => {
  const store = createMemoryPlanStore(createManualClock());
  const goal = "x".repeat(1_000_000);
  for (let user = 0; user < 20; user += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await store.save(planOf("p", { userId: `u${user}`, goal }));
  }
  expect(await store.read("u0", "p")).toBeUndefined();
  expect(await store.read("u19", "p")).toBeDefined();
});

test("what is taken is held no longer", async () => {
  const store = createMemoryPlanStore(createManualClock());
  await store.save(planOf("p"));
  await store.save(planOf("q", { userId: "other" }));
  expect(store.takeAll()).toEqual([planOf("p"), planOf("q", { userId: "other" })]);
  expect(store.takeAll()).toEqual([]);
  expect(await store.read("u", "p")).toBeUndefined();
});

test("what is forgotten is one plan, and none where there is none", async () => {
  const store = createMemoryPlanStore(createManualClock());
  await store.save(planOf("p"));
  await store.save(planOf("q"));
  store.forget("u", "p");
  store.forget("u", "r");
  store.forget("other", "q");
  expect(await store.read("u", "p")).toBeUndefined();
  expect(await store.read("u", "q")).toEqual(planOf("q"));
});
