import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createSituations, type Situations } from "#pam/user-context/index.ts";
import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";

const ME = "11111111-1111-4111-8111-111111111111";
const WHOLE = {
  location: { lat: 1, lng: 2 },
  budgetStatus: { left: 3 },
  travelPlans: { next: "Broome" },
  vehicleInfo: { type: "bus" },
  preferences: { quiet: true },
};

let opened: OpenDatabase;
let database: Database;
let situations: Situations;

beforeAll(async () => {
  opened = await openEmbedded();
  database = opened.database;
  situations = createSituations(async () => database);
});
afterAll(async () => opened.close());
beforeEach(async () => {
  await database.deleteFrom("pam_user_context").execute();
});

test("a situation is nothing until something is told", async () => {
  expect(await situations.read(ME)).toEqual({});
  await situations.update(ME, {}, 0);
  expect(await situations.read(ME)).toEqual({});
});

test("each section stays until it is told anew", async () => {
  await situations.update(ME, WHOLE, 1_000);
  expect(await situations.read(ME)).toEqual(WHOLE);
  await situations.update(ME, { travelPlans: { next: "Perth" } }, 2_000);
  expect(await situations.read(ME)).toEqual({ ...WHOLE, travelPlans: { next: "Perth" } });
  const { updated_at: updatedAt } = await database
    .selectFrom("pam_user_context")
    .select("updated_at")
    .executeTakeFirstOrThrow();
  expect(Date.parse(updatedAt ?? "")).toBe(2_000);
});

test("what other writers left is read as far as it can be, and kept", async () => {
  await database
    .insertInto("pam_user_context")
    .values({ user_id: ME, context_data: 7, vehicle_info: 7, context_type: "theirs" })
    .execute();
  expect(await situations.read(ME)).toEqual({});
  await situations.update(ME, { preferences: { quiet: true } }, 0);
  expect(await situations.read(ME)).toEqual({ preferences: { quiet: true } });
  const row = await database
    .selectFrom("pam_user_context")
    .select(["context_type", "vehicle_info"])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ context_type: "theirs", vehicle_info: 7 });
});

test("a user whose id is no UUID has no situation", async () => {
  await situations.update("auth0|1", WHOLE, 0);
  expect(await situations.read("auth0|1")).toEqual({});
});
