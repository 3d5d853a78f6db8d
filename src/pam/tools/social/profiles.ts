import type { Database } from "#platform/database/index.ts";

/** The names by which others know users, and nothing else of their profiles. */
export async function findDisplayNames(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await database
    .selectFrom("profiles")
    .select(["id", "nickname", "full_name"])
    .where("id", "in", [...new Set(userIds)])
    .execute();
  return new Map(
    rows.map(({ id, nickname, full_name }) => [id, nickname ?? full_name ?? "a traveller"]),
  );
}

export async function isFollowing(
  database: Database,
  follower: string,
  followed: string,
): Promise<boolean> {
  const row = await database
    .selectFrom("user_follows")
    .select("id")
    .where("follower_id", "=", follower)
    .where("following_id", "=", followed)
    .executeTakeFirst();
  return row !== undefined;
}
