import { z } from "zod";

import { text, uuid } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { requirePost } from "./posts.ts";

export const commentOnPost = defineTool({
  name: "comment_on_post",
  description: "Publish a comment on a community post, once the user has confirmed it.",
  category: "social",
  access: "write",
  triggers: /\bcomments?\b|\breply to\b.{0,30}\bpost\b/iu,
  needs: ["database"],
  confirmationPrompt:
    "I'm about to publish a comment on a post. Please confirm by saying 'yes' or 'go ahead'.",
  aliases: { content: "comment" },
  arguments: z.object({
    post_id: uuid("Id of the post"),
    comment: text("Text of the comment, 1000 characters at most", 1_000),
  }),
  async run({ post_id, comment }, { database, caller }) {
    await requirePost(database, post_id);
    const row = await database
      .insertInto("comments")
      .values({ user_id: caller.userId, post_id, content: comment })
      .returningAll()
      .executeTakeFirstOrThrow();
    return {
      success: true,
      draft_comment: row,
      requires_approval: false,
      preview: { comment, post_id },
      message: "Published the comment",
    };
  },
});
