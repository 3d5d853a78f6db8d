import type { Database } from "#platform/database/index.ts";

import { containing } from "../common/like-pattern.ts";
import { ToolError } from "../tool-error.ts";
import { findDisplayNames } from "./profiles.ts";

export interface Post {
  readonly id: string;
  readonly author_id: string | null;
  readonly author_name: string;
  readonly content: string;
  readonly created_at: string | null;
}

export interface PostSearch {
  /** Every one must be in the text. */
  readonly texts?: readonly string[];
  readonly authors?: readonly string[];
  readonly limit: number;
  readonly offset?: number;
}

/** Posts that are not flagged, newest first, with the names of their authors. */
export async function listPosts(
  database: Database,
  { texts = [], authors, limit, offset = 0 }: PostSearch,
): Promise<readonly Post[]> {
  let query = database
    .selectFrom("posts")
    .select(["id", "author_id", "content", "created_at"])
    .where((eb) => eb.or([eb("flagged", "is", null), eb("flagged", "=", false)]));
  for (const text of texts) query = query.where("content", "ilike", containing(text));
  if (authors !== undefined) {
    if (authors.length === 0) return [];
    query = query.where("author_id", "in", [...authors]);
  }
  const rows = await query
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(limit)
    .offset(offset)
    .execute();
  const names = await findDisplayNames(
    database,
    rows.flatMap(({ author_id }) => (author_id === null ? [] : [author_id])),
  );
  return rows.map((row) => ({
    ...row,
    author_name: names.get(row.author_id ?? "") ?? "a traveller",
  }));
}

export async function requirePost(database: Database, postId: string): Promise<void> {
  const row = await database
    .selectFrom("posts")
    .select("id")
    .where("id", "=", postId)
    .where((eb) => eb.or([eb("flagged", "is", null), eb("flagged", "=", false)]))
    .executeTakeFirst();
  if (row === undefined) throw new ToolError("NOT_FOUND", "There is no such post");
}
