import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { createToolKit, failure, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

let opened: OpenDatabase;
let kit: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  kit = createToolKit({ clock: createManualClock(NOW), database: opened.database });
});
afterAll(async () => opened.close());

beforeEach(async () => {
  const { database } = opened;
  const tables = ["profiles", "user_settings", "privacy_settings", "vehicles", "expenses"] as const;
  // oxlint-disable-next-line no-await-in-loop -- one connection
  for (const table of tables) await database.deleteFrom(table).execute();
  await database
    .insertInto("profiles")
    .values([{ id: ME, nickname: "me", preferences: { units: "metric" } }, { id: OTHER }])
    .execute();
});

const nothingGiven = (field: string, what: string) =>
  failure("INVALID_ARGUMENTS", `Invalid argument "${field}": give at least one ${what} to change`);

describe("the profile", () => {
  test("changes in what is given; what has no column is kept among the preferences", async () => {
    const { profile, message } = await kit.succeed("update_profile", {
      username: "road_runner",
      bio: "On the road",
      avatar_url: "https://pictures.example/me.jpg",
      location: "Dubbo",
      rv_type: "van",
      rv_year: 2027,
    });
    expect(profile).toMatchObject({
      id: ME,
      nickname: "road_runner",
      profile_image_url: "https://pictures.example/me.jpg",
      region: "Dubbo",
      vehicle_type: "van",
      preferences: { units: "metric", bio: "On the road", rv_year: 2_027 },
    });
    expect(message).toBe("Changed username, bio, avatar_url, location, rv_type, rv_year");
    expect(await kit.succeed("update_profile", { location: "Perth" })).toMatchObject({
      profile: { nickname: "road_runner", region: "Perth", preferences: { bio: "On the road" } },
    });
  });

  test.each([
    [{}, nothingGiven("username", "field")],
    [
      { username: "no spaces" },
      failure(
        "INVALID_ARGUMENTS",
        'Invalid argument "username": must have 3 to 30 letters, digits or underscores',
      ),
    ],
    [
      { rv_year: 2_028 },
      failure("INVALID_ARGUMENTS", 'Invalid argument "rv_year": must be next year at the latest'),
    ],
  ])("is not changed by %j", async (args, expected) => {
    expect(await kit.call("update_profile", args)).toEqual(expected);
  });

  test("that is not there cannot be changed", async () => {
    const userId = "77777777-7777-4777-8777-777777777777";
    expect(await kit.call("update_profile", { bio: "x" }, { userId })).toEqual(
      failure("NOT_FOUND", "The user has no profile yet"),
    );
  });
});

describe("settings", () => {
  test("are kept by group, and keep what they held", async () => {
    await opened.database
      .insertInto("user_settings")
      .values({ user_id: ME, display_preferences: { font: "large", theme: "light" } })
      .execute();
    const { settings } = await kit.succeed("update_settings", {
      theme: "dark",
      language: "en-AU",
      budget_alerts: false,
    });
    expect(settings).toMatchObject({
      display_preferences: { font: "large", theme: "dark" },
      regional_preferences: { language: "en-AU" },
      notification_preferences: { budget_alerts: false },
    });
  });

  test("are made where there are none", async () => {
    await kit.succeed("update_settings", { push_notifications: true });
    const rows = await opened.database.selectFrom("user_settings").selectAll().execute();
    expect(rows).toMatchObject([
      { user_id: ME, notification_preferences: { push_notifications: true } },
    ]);
  });

  test("that two changes touch at once keep both", async () => {
    await kit.succeed("update_settings", { theme: "light" });
    await Promise.all([
      kit.succeed("update_settings", { email_notifications: true }),
      kit.succeed("update_settings", { trip_reminders: false }),
    ]);
    const row = await opened.database
      .selectFrom("user_settings")
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(row.notification_preferences).toEqual({
      email_notifications: true,
      trip_reminders: false,
    });
  });

  test.each([
    [{}, nothingGiven("theme", "setting")],
    [
      { language: "engl" },
      failure(
        "INVALID_ARGUMENTS",
        'Invalid argument "language": must be a code such as en or en-AU',
      ),
    ],
  ])("are not changed by %j", async (args, expected) => {
    expect(await kit.call("update_settings", args)).toEqual(expected);
  });
});

describe("privacy", () => {
  test("is made, then changed, and keeps what has no column", async () => {
    await kit.succeed("manage_privacy", { profile_visibility: "friends", location_sharing: true });
    const { privacy_settings } = await kit.succeed("manage_privacy", {
      allow_messages: "friends",
      show_activity: false,
      data_collection: false,
    });
    expect(privacy_settings).toMatchObject({
      user_id: ME,
      profile_visibility: "friends",
      location_sharing: true,
      allow_messages: "friends",
      show_activity: false,
      data_collection: false,
    });
    const row = await opened.database
      .selectFrom("user_settings")
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(row.privacy_preferences).toEqual({
      allow_messages: "friends",
      show_activity: false,
      data_collection: false,
    });
  });

  test("needs something to change", async () => {
    expect(await kit.call("manage_privacy")).toEqual(nothingGiven("profile_visibility", "setting"));
  });
});

describe("the garage", () => {
  test("has one primary vehicle: the newest, unless told otherwise", async () => {
    await kit.succeed("create_vehicle", {
      name: "First",
      year: 2_010,
      make: "Fiat",
      model: "Ducato",
    });
    await kit.succeed("create_vehicle", {
      name: "Boat",
      vehicle_type: "boat",
      set_as_primary: false,
    });
    const third = await kit.succeed("create_vehicle", { name: "Third", fuel_type: "diesel" });
    expect(third).toMatchObject({
      vehicle_type: "rv",
      is_primary: true,
      make: null,
      name: "Third",
    });
    const rows = await opened.database
      .selectFrom("vehicles")
      .select(["name", "is_primary", "fuel_type"])
      .orderBy("name")
      .execute();
    expect(rows).toEqual([
      { name: "Boat", is_primary: false, fuel_type: "gasoline" },
      { name: "First", is_primary: false, fuel_type: "gasoline" },
      { name: "Third", is_primary: true, fuel_type: "diesel" },
    ]);
  });
});

test("stats count the user's own doings", async () => {
  await kit.succeed("create_expense", { amount: 10, category: "gas" });
  await kit.succeed("create_expense", { amount: 5, category: "gas", date: "2025-12-01" });
  await opened.database
    .insertInto("user_trips")
    .values([
      { user_id: ME, title: "A", status: "completed", metadata: { distance_miles: 100.5 } },
      { user_id: ME, title: "B", status: "planning", metadata: null },
      { user_id: OTHER, title: "C", status: "completed", metadata: { distance_miles: 9 } },
    ])
    .execute();
  await opened.database
    .insertInto("user_follows")
    .values([
      { follower_id: OTHER, following_id: ME },
      { follower_id: OTHER, following_id: "77777777-7777-4777-8777-777777777777" },
    ])
    .execute();
  await opened.database
    .insertInto("posts")
    .values([
      { author_id: ME, content: "mine" },
      { author_id: OTHER, content: "theirs" },
    ])
    .execute();
  expect(await kit.succeed("get_user_stats")).toMatchObject({
    stats: {
      budget: { total_spent: 15, spent_this_month: 10, expense_count: 2 },
      trips: { total: 2, completed: 1, distance_miles: 100.5 },
      social: { posts: 1, followers: 1, following: 0 },
      account: { name: "me" },
    },
  });
});

test("stats of a user without a profile or any doings are naught", async () => {
  const userId = "77777777-7777-4777-8777-777777777777";
  expect(await kit.succeed("get_user_stats", {}, { userId })).toMatchObject({
    stats: {
      budget: { total_spent: 0 },
      trips: { total: 0, distance_miles: 0 },
      account: { name: null, member_since: null },
    },
  });
});

test("an export counts everything, shows what fits, and promises no e-mail", async () => {
  const rows = Array.from({ length: 120 }, (_, index) => ({
    user_id: ME,
    amount: index,
    category: "gas",
    date: "2026-03-01",
    description: "a description of some length for every single expense",
  }));
  await opened.database.insertInto("expenses").values(rows).execute();
  const result = await kit.succeed("export_data");
  expect(result).toMatchObject({
    export_date: "2026-03-15T12:00:00.000Z",
    record_counts: { expenses: 120, profiles: 1 },
    truncated: true,
  });
  expect(JSON.stringify(result).length).toBeLessThanOrEqual(8_000);
  expect(result["message"]).toContain("nothing is e-mailed");
});
