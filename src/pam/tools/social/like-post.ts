import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { flag, uuid } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { requirePost } from "./posts.ts";

interface Like {
  readonly post_id: string;
  readonly user_id: string;
}

/** Liking twice is liking once. */
async function addLike(database: Database, like: Like): Promise<void> {
  const existing = await database
    .selectFrom("post_likes")
    .select("id")
    .where("post_id", "=", like.post_id)
    .where("user_id", "=", like.user_id)
    .executeTakeFirst();
  if (existing === undefined) await database.insertInto("post_likes").values(like).execute();
}

async function removeLike(database: Database, { post_id, user_id }: Like): Promise<void> {
  await database
    .deleteFrom("post_likes")
    .where("post_id", "=", post_id)
    .where("user_id", "=", user_id)
    .execute();
}

export const likePost = defineTool({
  name: "like_post",
  description: "Like a community post for the user, or take the like back.",
  category: "social",
  access: "write",
  triggers: /\b(?:un)?like\b.{0,20}\bposts?\b/iu,
  needs: ["database"],
  arguments: z.object({
    post_id: uuid("Id of the post"),
    unlike: flag("True takes the like back").optional(),
  }),
  async run({ post_id, unlike = false }, { database, caller }) {
    await requirePost(database, post_id);
    const like = { post_id, user_id: caller.userId };
    await database
      .transaction()
      .execute(async (transaction) =>
        unlike ? removeLike(transaction, like) : addLike(transaction, like),
      );
    const { likes } = await database
      .selectFrom("post_likes")
      .select((eb) => eb.fn.countAll<number>().as("likes"))
      .where("post_id", "=", post_id)
      .executeTakeFirstOrThrow();
    const message = unlike ? "Took the like back" : "Liked the post";
    return { success: true, liked: !unlike, likes_count: likes, message };
  },
});
