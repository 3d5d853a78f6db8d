import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { createToolKit, failure, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

const THIRD = "55555555-5555-4555-8555-555555555555";
const NOBODY = "99999999-9999-4999-8999-999999999999";
const HOUR_MS = 3_600_000;
const rows = z.array(z.looseObject({}));

let opened: OpenDatabase;
let kit: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  kit = createToolKit({ clock: createManualClock(NOW), database: opened.database });
});
afterAll(async () => opened.close());

beforeEach(async () => {
  const { database } = opened;
  const tables = [
    "profiles",
    "posts",
    "post_likes",
    "comments",
    "messages",
    "user_follows",
    "shared_locations",
    "privacy_settings",
    "user_settings",
  ] as const;
  // oxlint-disable-next-line no-await-in-loop -- one connection
  for (const table of tables) await database.deleteFrom(table).execute();
  await database
    .insertInto("profiles")
    .values([
      { id: ME, nickname: "me", full_name: "Me Myself" },
      { id: OTHER, nickname: null, full_name: "Other Person" },
      { id: THIRD },
    ])
    .execute();
});

async function addPost(
  author: string,
  content: string,
  fields: Readonly<Record<string, unknown>> = {},
) {
  const { id } = await opened.database
    .insertInto("posts")
    .values({ author_id: author, content, ...fields })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function follow(follower_id: string, following_id: string): Promise<void> {
  await opened.database.insertInto("user_follows").values({ follower_id, following_id }).execute();
}

const contents = (posts: unknown): unknown[] => rows.parse(posts).map((post) => post["content"]);

const find = async (args: Readonly<Record<string, unknown>>) =>
  contents((await kit.succeed("search_posts", args))["posts"]);

describe("posts", () => {
  test("hold everything that the user said, in the one column there is", async () => {
    const { draft_post, preview, requires_approval } = await kit.succeed("create_post", {
      content: "Great camp",
      title: "Moab",
      location: "Utah",
      image_url: "https://pictures.example/1.jpg",
      tags: ["Red Rocks", "CAMP"],
    });
    expect(draft_post).toMatchObject({
      author_id: ME,
      content: "Moab\n\nGreat camp\n\n📍 Utah\n\nhttps://pictures.example/1.jpg\n\n#redrocks #camp",
    });
    expect(preview).toMatchObject({ title: "Moab", tags: ["red rocks", "camp"] });
    expect(requires_approval).toBe(false);
  });

  test("are found by text, tags and place, and flagged ones never", async () => {
    await addPost(OTHER, "Solar panels on the roof #power Perth");
    await addPost(OTHER, "Solar 100% off-grid");
    await addPost(THIRD, "Solar spam", { flagged: true });
    await addPost(THIRD, "Solar too", { flagged: null });
    expect(await find({ query: "solar" })).toHaveLength(3);
    expect(await find({ query: "solar", tags: ["#power"], location: "perth" })).toHaveLength(1);
    expect(await find({ query: "100%" })).toEqual(["Solar 100% off-grid"]);
    expect(await find({ query: "%" })).toEqual(["Solar 100% off-grid"]);
    expect(await find({ query: "solar", limit: 1 })).toHaveLength(1);
  });

  test("name their authors as others may know them", async () => {
    await addPost(OTHER, "hello");
    await addPost(THIRD, "hello");
    await opened.database.insertInto("posts").values({ content: "hello" }).execute();
    const { posts } = await kit.succeed("search_posts", { query: "hello" });
    const names = rows.parse(posts).map((post) => post["author_name"]);
    expect(new Set(names)).toEqual(new Set(["Other Person", "a traveller"]));
    expect(JSON.stringify(posts)).not.toContain("email");
  });
});

const feed = async (filter_type: string) =>
  contents((await kit.succeed("get_feed", { filter_type }))["posts"]);

describe("the feed", () => {
  beforeEach(async () => {
    await addPost(ME, "mine", { created_at: "2026-03-01T00:00:00Z" });
    await addPost(OTHER, "friend's", { created_at: "2026-03-02T00:00:00Z" });
    await addPost(THIRD, "followed's", { created_at: "2026-03-03T00:00:00Z" });
  });

  test("is of all, of those followed, or of friends, who follow back", async () => {
    await follow(ME, OTHER);
    await follow(ME, THIRD);
    await follow(OTHER, ME);
    expect(await feed("all")).toEqual(["followed's", "friend's", "mine"]);
    expect(await feed("following")).toEqual(["followed's", "friend's"]);
    expect(await feed("friends")).toEqual(["friend's"]);
  });

  test("of those followed is empty where nobody is", async () => {
    expect(await kit.succeed("get_feed", { filter_type: "following" })).toMatchObject({
      posts: [],
      posts_count: 0,
      has_more: false,
    });
    expect(await kit.succeed("get_feed", { filter_type: "friends" })).toMatchObject({ posts: [] });
  });

  test("comes page by page, and says whether there is more", async () => {
    expect(await kit.succeed("get_feed", { limit: 2 })).toMatchObject({
      posts_count: 2,
      has_more: true,
    });
    const last = await kit.succeed("get_feed", { limit: 2, offset: 2 });
    expect(contents(last["posts"])).toEqual(["mine"]);
    expect(last["has_more"]).toBe(false);
  });
});

describe("reactions", () => {
  test("liking twice is liking once, and taking it back twice is no fault", async () => {
    const post_id = await addPost(OTHER, "x");
    await opened.database.insertInto("post_likes").values({ post_id, user_id: OTHER }).execute();
    await kit.succeed("like_post", { post_id });
    expect(await kit.succeed("like_post", { post_id })).toMatchObject({
      liked: true,
      likes_count: 2,
    });
    await kit.succeed("like_post", { post_id, unlike: true });
    expect(await kit.succeed("like_post", { post_id, unlike: true })).toMatchObject({
      liked: false,
      likes_count: 1,
    });
  });

  test("a comment is the user's own, on a post that is there", async () => {
    const post_id = await addPost(OTHER, "x");
    const { draft_comment } = await kit.succeed("comment_on_post", { post_id, content: "Nice" });
    expect(draft_comment).toMatchObject({ user_id: ME, post_id, content: "Nice" });
    expect(await kit.call("comment_on_post", { post_id: NOBODY, comment: "Nice" })).toEqual(
      failure("NOT_FOUND", "There is no such post"),
    );
  });

  test("following is undone by its opposite, once each", async () => {
    const args = { target_user_id: OTHER };
    await kit.succeed("follow_user", args);
    expect(await kit.succeed("follow_user", args)).toMatchObject({
      following: true,
      message: "Following Other Person",
    });
    expect(await opened.database.selectFrom("user_follows").selectAll().execute()).toHaveLength(1);
    expect(await kit.succeed("follow_user", { ...args, unfollow: true })).toMatchObject({
      following: false,
    });
    expect(await opened.database.selectFrom("user_follows").selectAll().execute()).toEqual([]);
  });

  test("nobody follows themselves, or nobody", async () => {
    expect(await kit.call("follow_user", { target_user_id: ME.toUpperCase() })).toEqual(
      failure("INVALID_ARGUMENTS", 'Invalid argument "target_user_id": must be another user'),
    );
    expect(await kit.call("follow_user", { target_user_id: NOBODY })).toMatchObject({
      error_code: "NOT_FOUND",
    });
  });
});

const send = async (recipient_id = OTHER) =>
  kit.call("message_friend", { recipient_id, message: "Hi" });

describe("a direct message", () => {
  const refused = failure("NOT_ALLOWED", "This user does not take messages from the sender");

  test("is sent once by the user, and gives the row", async () => {
    const { message, message_text } = await send();
    expect(message).toMatchObject({
      sender_id: ME,
      recipient_id: OTHER,
      message: "Hi",
      read: false,
    });
    expect(message_text).toBe("Message sent");
  });

  test("does not go to oneself or to nobody", async () => {
    expect(await send(ME)).toMatchObject({
      error: 'Invalid argument "recipient_id": must be another user',
    });
    expect(await send(NOBODY)).toEqual(failure("NOT_FOUND", "There is no such user"));
  });

  test("is the eleventh within an hour: not sent", async () => {
    const old = { sender_id: ME, recipient_id: OTHER, message: "x" };
    const at = (ms: number) => ({ ...old, created_at: new Date(ms).toISOString() });
    await opened.database
      .insertInto("messages")
      .values([
        ...Array.from({ length: 9 }, () => at(NOW - 60_000)),
        at(NOW - HOUR_MS - 1),
        { ...at(NOW), sender_id: THIRD },
      ])
      .execute();
    expect(await send()).toMatchObject({ success: true });
    expect(await send()).toEqual(
      failure("LIMIT_REACHED", "Rate limit reached: maximum 10 messages per hour"),
    );
  });

  test("is not sent to who takes none", async () => {
    await kit.succeed("manage_privacy", { allow_messages: "none" }, { userId: OTHER });
    expect(await send()).toEqual(refused);
  });

  test("is sent whatever others wish for themselves", async () => {
    await kit.succeed("manage_privacy", { allow_messages: "none" }, { userId: THIRD });
    expect(await send()).toMatchObject({ success: true });
  });

  test("is sent to who takes them from friends only by whom they follow", async () => {
    await kit.succeed("manage_privacy", { allow_messages: "friends" }, { userId: OTHER });
    await follow(THIRD, ME);
    await follow(OTHER, THIRD);
    expect(await send()).toEqual(refused);
    await follow(OTHER, ME);
    expect(await send()).toMatchObject({ success: true });
  });

  test("is not sent where an old setting says so", async () => {
    await opened.database
      .insertInto("privacy_settings")
      .values({ user_id: OTHER, allow_messages: false })
      .execute();
    expect(await send()).toEqual(refused);
  });
});

const share = async (user_id: string, location: string, created_at: string) =>
  opened.database
    .insertInto("shared_locations")
    .values({ user_id, location, created_at, is_active: true })
    .execute();

describe("locations", () => {
  const creek = { location_name: "Creek", latitude: 38.57, longitude: -109.55 };
  const near = { latitude: 38.6, longitude: -109.5 };

  test("are seen by others only where they are made public", async () => {
    await kit.succeed("share_location", creek, { userId: OTHER });
    expect(await kit.succeed("find_nearby_rvers", near)).toMatchObject({
      rvers: [],
      message: "Nobody near here shares a location just now",
    });
    await kit.succeed("share_location", { ...creek, is_public: true }, { userId: OTHER });
    const { rvers } = await kit.succeed("find_nearby_rvers", near);
    expect(rvers).toMatchObject([
      { user_id: OTHER, name: "Other Person", location_name: "Creek", distance_miles: 3.4 },
    ]);
  });

  test("end after a day", async () => {
    const { location } = await kit.succeed("share_location", { ...creek, is_public: true });
    expect(location).toMatchObject({
      share_duration_hours: 24,
      expires_at: "2026-03-16T12:00:00+00:00",
      location: "POINT(-109.55 38.57)",
    });
    const late = createToolKit({
      clock: createManualClock(NOW + 24 * HOUR_MS),
      database: opened.database,
    });
    expect(await late.succeed("find_nearby_rvers", near, { userId: OTHER })).toMatchObject({
      rvers: [],
    });
  });

  test("show each traveller once, the newest place, the nearest first, never oneself", async () => {
    await share(ME, "POINT(-109.5 38.6)", "2026-03-15T00:00:00Z");
    await share(OTHER, "POINT(-104 39)", "2026-03-01T00:00:00Z");
    await share(OTHER, "POINT(-109.4 38.6)", "2026-03-02T00:00:00Z");
    await share(THIRD, "POINT(-109.45 38.6)", "2026-03-01T00:00:00Z");
    await share(NOBODY, "somewhere in Utah", "2026-03-01T00:00:00Z");
    const { rvers, rvers_found } = await kit.succeed("find_nearby_rvers", { ...near, limit: 5 });
    expect(rows.parse(rvers).map((rver) => rver["user_id"])).toEqual([THIRD, OTHER]);
    expect(rvers_found).toBe(2);
    const close = await kit.succeed("find_nearby_rvers", { ...near, radius_miles: 3 });
    expect(close["rvers_found"]).toBe(1);
  });
});
