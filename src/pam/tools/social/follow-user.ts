import { z } from "zod";

import { flag, uuid } from "../arguments.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { findDisplayNames, isFollowing } from "./profiles.ts";

export const followUser = defineTool({
  name: "follow_user",
  description: "Follow another user, or stop following.",
  category: "social",
  access: "write",
  triggers: /\b(?:un)?follow\b/iu,
  needs: ["database"],
  arguments: z.object({
    target_user_id: uuid("Id of the other user"),
    unfollow: flag("True stops following").optional(),
  }),
  async run({ target_user_id, unfollow = false }, { database, caller }) {
    if (target_user_id.toLowerCase() === caller.userId.toLowerCase()) {
      throw invalidArgument("target_user_id", "must be another user");
    }
    const name = (await findDisplayNames(database, [target_user_id])).get(
      target_user_id.toLowerCase(),
    );
    if (name === undefined) throw new ToolError("NOT_FOUND", "There is no such user");
    const edge = { follower_id: caller.userId, following_id: target_user_id };
    if (unfollow) {
      await database
        .deleteFrom("user_follows")
        .where("follower_id", "=", edge.follower_id)
        .where("following_id", "=", edge.following_id)
        .execute();
    } else if (!(await isFollowing(database, edge.follower_id, edge.following_id))) {
      await database.insertInto("user_follows").values(edge).execute();
    }
    const message = unfollow ? `Stopped following ${name}` : `Following ${name}`;
    return { success: true, following: !unfollow, message };
  },
});
