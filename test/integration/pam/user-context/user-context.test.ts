import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { milesBetween, parsePoint } from "#pam/tools/common/geography.ts";
import { readContext } from "#pam/turn/read-context.ts";
import {
  createLoadUserContext,
  createPrivacyOf,
  type LoadUserContext,
} from "#pam/user-context/index.ts";
import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const ME = "11111111-1111-4111-8111-111111111111";
const FRIEND = "22222222-2222-4222-8222-222222222222";
const HIDDEN = "33333333-3333-4333-8333-333333333333";
const STRANGER = "44444444-4444-4444-8444-444444444444";
/** In the middle of a month, so that days before and after are in the same one. */
const NOW = Date.parse("2026-11-15T12:00:00Z");

const TABLES = [
  "profiles",
  "user_settings",
  "privacy_settings",
  "vehicles",
  "expenses",
  "budgets",
  "calendar_events",
  "user_follows",
  "shared_locations",
  "pam_user_context",
] as const;

let opened: OpenDatabase;
let database: Database;
let load: LoadUserContext;
let warnings: unknown[];

const logger = { warn: (fields: object) => warnings.push(fields) };
const nobodyGoes = (): AbortSignal => new AbortController().signal;

interface Made {
  readonly open?: () => Promise<Database>;
  readonly time?: ReturnType<typeof createManualTime>;
  readonly maxUsers?: number;
}

function createLoad({ open = async () => database, time, ...more }: Made = {}): LoadUserContext {
  const clock = time?.clock ?? createManualClock(NOW);
  const scheduler = time?.scheduler ?? systemScheduler;
  return createLoadUserContext({
    database: open,
    privacyOf:
      time === undefined
        ? createPrivacyOf({ database: async () => database, clock, scheduler, logger })
        : async () => ({ mayAskOutside: true, mayCollect: true }),
    readCaller: (client) => readContext(client).caller,
    milesFrom(place, location) {
      const point = parsePoint(location);
      return point && milesBetween(place, point);
    },
    clock,
    scheduler,
    logger,
    ...more,
  });
}

beforeAll(async () => {
  opened = await openEmbedded();
  database = opened.database;
});
afterAll(async () => opened.close());

beforeEach(async () => {
  warnings = [];
  load = createLoad();
  // oxlint-disable-next-line no-await-in-loop -- one connection
  for (const table of TABLES) await database.deleteFrom(table).execute();
});

const expenseOf = (user_id: string, amount: number, date: string) => ({
  user_id,
  amount,
  category: "Gas",
  date: date.slice(0, 10),
});

const day = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();

describe("the context of a user", () => {
  test("of whom nothing is known is the client's own, with the time", async () => {
    expect(await load(ME, { page: "/budget" }, nobodyGoes())).toEqual({
      page: "/budget",
      server_timestamp: "2026-11-15T12:00:00+00:00",
      server_timestamp_utc: "2026-11-15T12:00:00.000Z",
      timezone_info: { timezone: "UTC", utc_offset: "+00:00", is_known: false },
    });
    expect(warnings).toEqual([]);
  });

  test("takes the zone from the location where the client names none, and tells the time in it", async () => {
    const location = { lat: 33.4, lng: -112, timezone: "America/Phoenix" };
    expect(await load(ME, { userLocation: location }, nobodyGoes())).toMatchObject({
      timezone: "America/Phoenix",
      server_timestamp: "2026-11-15T05:00:00-07:00",
    });
    expect(await load(ME, { timezone: "Australia/Adelaide" }, nobodyGoes())).toMatchObject({
      server_timestamp: "2026-11-15T22:30:00+10:30",
      timezone_info: { timezone: "Australia/Adelaide", utc_offset: "+10:30", is_known: true },
    });
  });

  test("says who the user is and how they travel, and nothing delicate", async () => {
    await database
      .insertInto("profiles")
      .values({
        id: ME,
        nickname: "nomad",
        full_name: "No Mad",
        email: "secret@example.com",
        medical_info: { allergy: "secret" },
        emergency_contact: { name: "secret" },
        region: "Queensland",
        travel_style: ["slow"],
        camp_types: "free camps, caravan parks",
        max_driving: "300km",
        vehicle_type: "caravan",
        towing: "2.5 t",
      })
      .execute();
    const context = await load(ME, { vehicle_info: { type: "of the client" } }, nobodyGoes());
    expect(context).toMatchObject({
      user_profile: { name: "nomad", region: "Queensland" },
      travel_preferences: {
        style: ["slow"],
        camp_types: ["free camps", "caravan parks"],
        drive_limit_per_day: "300km",
      },
      vehicle_info: { type: "caravan", towing_info: "2.5 t", is_rv: true },
      is_rv_traveler: true,
    });
    expect(JSON.stringify(context)).not.toContain("secret");
  });

  test("takes the vehicle of the garage over the one of the profile", async () => {
    await database.insertInto("profiles").values({ id: ME, vehicle_type: "caravan" }).execute();
    await database
      .insertInto("vehicles")
      .values([
        { user_id: ME, name: "Old", vehicle_type: "motorhome", is_primary: false },
        {
          user_id: ME,
          name: "Rusty",
          vehicle_type: "car",
          make: "Toyota",
          model: "HiLux",
          year: 2019,
          is_primary: true,
        },
      ])
      .execute();
    expect(await load(ME, {}, nobodyGoes())).toMatchObject({
      vehicle_info: {
        name: "Rusty",
        type: "car",
        make_model_year: "Toyota HiLux 2019",
        is_rv: false,
      },
      is_rv_traveler: false,
    });
  });

  test("keeps what the profile says of a vehicle without a kind", async () => {
    await database.insertInto("profiles").values({ id: ME, fuel_type: "diesel" }).execute();
    const context = await load(ME, {}, nobodyGoes());
    expect(context["vehicle_info"]).toEqual({ fuel_type: "diesel" });
    expect(context).not.toHaveProperty("is_rv_traveler");
  });

  test("sums this month's expenses against the budgets, the user's own only", async () => {
    await database
      .insertInto("expenses")
      .values([
        expenseOf(ME, 80.25, day(-1)),
        expenseOf(ME, 19.8, day(0)),
        expenseOf(ME, 500, day(-20)),
        expenseOf(STRANGER, 7_000, day(-1)),
        { ...expenseOf(ME, 12, day(-2)), category: "food" },
      ])
      .execute();
    const period = { start_date: "2026-11-01", end_date: "2026-11-30" };
    await database
      .insertInto("budgets")
      .values([
        { user_id: ME, category: "gas", budgeted_amount: 300, monthly_limit: 400, ...period },
        { user_id: ME, category: "food", budgeted_amount: 200, ...period },
      ])
      .execute();
    expect((await load(ME, {}, nobodyGoes()))["financial_context"]).toEqual({
      month: "2026-11",
      spent: 112.05,
      budget: 600,
      remaining: 487.95,
      by_category: [
        { category: "Gas", spent: 100.05, budget: 400 },
        { category: "food", spent: 12, budget: 200 },
      ],
    });
  });

  test("lists what is coming up within two weeks, the next first", async () => {
    const event = (title: string, days: number, user_id = ME) => ({
      user_id,
      title,
      start_date: day(days),
      end_date: day(days + 0.1),
    });
    await database
      .insertInto("calendar_events")
      .values([
        event("later", 9),
        event("soon", 1),
        event("past", -1),
        event("far", 20),
        event("foreign", 2, STRANGER),
      ])
      .execute();
    const { upcoming_events: events } = await load(ME, {}, nobodyGoes());
    expect(events).toMatchObject([{ title: "soon" }, { title: "later" }]);
  });

  test("says which friends are near, of those who share it", async () => {
    await database
      .insertInto("profiles")
      .values([
        { id: FRIEND, nickname: "mate" },
        { id: HIDDEN, nickname: "hidden" },
        { id: STRANGER, nickname: "stranger" },
      ])
      .execute();
    await database
      .insertInto("user_follows")
      .values([
        { follower_id: ME, following_id: FRIEND },
        { follower_id: ME, following_id: HIDDEN },
        { follower_id: STRANGER, following_id: ME },
      ])
      .execute();
    const share = (user_id: string, location: string, more: object = {}) => ({
      user_id,
      location,
      location_name: `of ${user_id.slice(0, 1)}`,
      created_at: day(-0.1),
      ...more,
    });
    await database
      .insertInto("shared_locations")
      .values([
        share(FRIEND, "POINT(151.2 -33.8)"),
        share(FRIEND, "POINT(10 10)", { created_at: day(-1), location_name: "before" }),
        share(HIDDEN, "POINT(151.2 -33.8)"),
        share(STRANGER, "POINT(151.2 -33.8)"),
      ])
      .execute();
    await database
      .insertInto("privacy_settings")
      .values({ user_id: HIDDEN, location_sharing: false })
      .execute();
    const near = await load(ME, { user_location: { lat: -33.9, lng: 151.2 } }, nobodyGoes());
    expect(near).toMatchObject({
      social_context: { friends: 2, followers: 1 },
      friends_nearby: [{ name: "mate", location_name: "of 2", distance_miles: 7 }],
      friend_travel_activity: [{ name: "mate", location_name: "of 2" }],
    });
    const far = await load(ME, { user_location: { lat: 0, lng: 0 } }, nobodyGoes());
    expect(far).not.toHaveProperty("friends_nearby");
    const nowhere = await load(ME, {}, nobodyGoes());
    expect(nowhere).not.toHaveProperty("friends_nearby");
  });

  test("names friends as far as they have names, and counts whoever only follows the user", async () => {
    await database
      .insertInto("user_follows")
      .values([{ follower_id: STRANGER, following_id: ME }])
      .execute();
    expect(await load(ME, {}, nobodyGoes())).toMatchObject({
      social_context: { friends: 0, followers: 1 },
    });
    await database
      .insertInto("profiles")
      .values([{ id: FRIEND, full_name: "Jo Full" }, { id: HIDDEN }])
      .execute();
    await database
      .insertInto("user_follows")
      .values([
        { follower_id: STRANGER, following_id: FRIEND },
        { follower_id: STRANGER, following_id: HIDDEN },
        { follower_id: STRANGER, following_id: null },
      ])
      .execute();
    await database
      .insertInto("shared_locations")
      .values([
        { user_id: FRIEND, location: "POINT(1 1)", location_name: "A creek", created_at: day(-1) },
        { user_id: HIDDEN, location: "nowhere", location_name: "A hill", created_at: day(-2) },
      ])
      .execute();
    const context = await load(STRANGER, { user_location: { lat: 1, lng: 1 } }, nobodyGoes());
    expect(context).toMatchObject({
      social_context: { friends: 3 },
      friends_nearby: [{ name: "Jo Full", distance_miles: 0 }],
    });
    expect(context["friend_travel_activity"]).toHaveLength(2);
    expect(JSON.stringify(context)).toContain("a traveller");
  });

  test("has what the user said of themselves, but for what would fill a prompt", async () => {
    await database
      .insertInto("pam_user_context")
      .values({
        user_id: ME,
        context_data: { travel_plans: { next: "Broome" }, budget_status: { x: "y".repeat(3_000) } },
        learned_preferences: { quiet: true },
      })
      .execute();
    const context = await load(ME, {}, nobodyGoes());
    expect(context).toMatchObject({
      travel_plans: { next: "Broome" },
      preferences: { quiet: true },
    });
    expect(context).not.toHaveProperty("budget_status");
  });

  test("has texts and lists cut, so that no row makes it large", async () => {
    await database
      .insertInto("profiles")
      .values({
        id: ME,
        nickname: "n".repeat(100_000),
        interests: Array.from({ length: 500 }, () => "i".repeat(1_000)),
      })
      .execute();
    const context = await load(ME, {}, nobodyGoes());
    expect(JSON.stringify(context).length).toBeLessThan(4_000);
  });

  test("of somebody who does not want it shown to others is the client's own", async () => {
    await database.insertInto("profiles").values({ id: ME, nickname: "nomad" }).execute();
    await database
      .insertInto("user_settings")
      .values({ user_id: ME, privacy_preferences: { ai_external_allowed: false } })
      .execute();
    expect(await load(ME, {}, nobodyGoes())).not.toHaveProperty("user_profile");
  });

  test("of an id that is no UUID asks no database", async () => {
    const never = createLoad({
      open: async () => Promise.reject(new Error("The database was asked")),
    });
    expect(await never("auth0|1", { page: "/" }, nobodyGoes())).toMatchObject({ page: "/" });
    expect(warnings).toEqual([]);
  });
});

async function rename(nickname: string): Promise<void> {
  await database
    .insertInto("profiles")
    .values({ id: ME, nickname })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ nickname }))
    .execute();
}

describe("what is known of a user", () => {
  test("is kept for half a minute, for the place where they are", async () => {
    const time = createManualTime(NOW);
    const keeping = createLoad({ time });
    const nameOf = async (client: object): Promise<unknown> =>
      (await keeping(ME, { ...client }, nobodyGoes()))["user_profile"];
    await rename("before");
    expect(await nameOf({})).toEqual({ name: "before" });
    await rename("after");
    expect(await nameOf({})).toEqual({ name: "before" });
    expect(await nameOf({ user_location: { lat: 1, lng: 1 } })).toEqual({ name: "after" });
    time.advance(30_000);
    expect(await nameOf({})).toEqual({ name: "after" });
  });

  test("is kept of so many users only", async () => {
    const few = createLoad({ maxUsers: 1 });
    await rename("before");
    await few(ME, {}, nobodyGoes());
    await few(FRIEND, {}, nobodyGoes());
    await rename("after");
    expect(await few(ME, {}, nobodyGoes())).toMatchObject({ user_profile: { name: "after" } });
  });
});

describe("a database that does not answer", () => {
  test("costs a user their context, and nothing else", async () => {
    const failing = createLoad({ open: async () => Promise.reject(new Error("away")) });
    expect(await failing(ME, { page: "/" }, nobodyGoes())).toMatchObject({ page: "/" });
    expect(warnings).toContainEqual({ section: "profile", problem: "away" });
  });

  test("is waited for one second", async () => {
    const time = createManualTime(NOW);
    const silent = createLoad({ open: async () => new Promise(() => {}), time });
    const loading = silent(ME, { page: "/" }, nobodyGoes());
    await expect.poll(() => time.pendingTimers).toBe(1);
    time.advance(1_000);
    expect(await loading).toMatchObject({ page: "/" });
    expect(warnings).toContainEqual({ section: "profile", problem: "no answer within 1000 ms" });
  });

  test("is not waited for by a caller who has gone", async () => {
    const silent = createLoad({ open: async () => new Promise(() => {}) });
    const caller = new AbortController();
    caller.abort();
    expect(await silent(ME, { page: "/" }, caller.signal)).toMatchObject({ page: "/" });
    expect(warnings).not.toContainEqual(expect.objectContaining({ section: "profile" }));
  });
});
