import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { choice, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { listPosts } from "./posts.ts";

type Filter = "all" | "friends" | "following";

async function listFollowed(database: Database, userId: string): Promise<readonly string[]> {
  const rows = await database
    .selectFrom("user_follows")
    .select("following_id")
    .where("follower_id", "=", userId)
    .execute();
  return rows.flatMap(({ following_id }) => (following_id === null ? [] : [following_id]));
}

/** Friends follow each other. `undefined` is everyone. */
async function listAuthors(
  database: Database,
  userId: string,
  filter: Filter,
): Promise<readonly string[] | undefined> {
  if (filter === "all") return undefined;
  const followed = await listFollowed(database, userId);
  if (filter === "following" || followed.length === 0) return followed;
  const back = await database
    .selectFrom("user_follows")
    .select("follower_id")
    .where("following_id", "=", userId)
    .where("follower_id", "in", [...followed])
    .execute();
  return back.flatMap(({ follower_id }) => (follower_id === null ? [] : [follower_id]));
}

export const getFeed = defineTool({
  name: "get_feed",
  description:
    "Show the community feed, newest first: of all, of friends, or of those the user follows.",
  category: "social",
  access: "read",
  triggers: /\bfeed\b|\b(?:latest|recent|new) posts?\b/iu,
  needs: ["database"],
  arguments: z.object({
    filter_type: choice(["all", "friends", "following"], "Whose posts; all if absent").optional(),
    limit: whole("Most posts, 1 to 100; 20 if absent", { min: 1, max: 100 }).optional(),
    offset: whole("Posts to skip; 0 if absent", { min: 0, max: 100_000 }).optional(),
  }),
  async run({ filter_type = "all", limit = 20, offset = 0 }, { database, caller }) {
    const authors = await listAuthors(database, caller.userId, filter_type);
    const found = await listPosts(database, {
      limit: limit + 1,
      offset,
      ...(authors && { authors }),
    });
    const posts = found.slice(0, limit);
    return {
      success: true,
      filter_type,
      posts_count: posts.length,
      posts,
      has_more: found.length > limit,
      message: `${posts.length} posts`,
    };
  },
});
