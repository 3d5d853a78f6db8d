import { z } from "zod";

import { listExpenses } from "../budget/spending.ts";
import { currentMonth } from "../common/dates.ts";
import { toJsonObject } from "../common/json-object.ts";
import { sum } from "../common/money.ts";
import { defineTool } from "../tool.ts";

/** A count always has its one row; the type cannot know. */
function toCount(row: { readonly count: number } | undefined): number {
  return row?.count ?? 0;
}

export const getUserStats = defineTool({
  name: "get_user_stats",
  description: "Count what the user has done: spending, trips, posts and followers.",
  category: "profile",
  access: "read",
  triggers: /\b(?:my|user) stat(?:s|istics)\b|\bmy (?:activity|progress|totals)\b/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const { userId } = caller;
    const { firstDay, lastDay } = currentMonth({ clock, caller });
    const all = await listExpenses(database, { userId, from: "0001-01-01", to: "9999-12-31" });
    const month = all.filter(({ date }) => date >= firstDay && date <= lastDay);
    const trips = await database
      .selectFrom("user_trips")
      .select(["status", "metadata"])
      .where("user_id", "=", userId)
      .execute();
    const posts = await database
      .selectFrom("posts")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("author_id", "=", userId)
      .executeTakeFirst();
    const followers = await database
      .selectFrom("user_follows")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("following_id", "=", userId)
      .executeTakeFirst();
    const following = await database
      .selectFrom("user_follows")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("follower_id", "=", userId)
      .executeTakeFirst();
    const profile = await database
      .selectFrom("profiles")
      .select(["nickname", "full_name", "created_at"])
      .where("id", "=", userId)
      .executeTakeFirst();
    const miles = trips.reduce((total, { metadata }) => {
      const distance = toJsonObject(metadata)["distance_miles"];
      return total + (typeof distance === "number" ? distance : 0);
    }, 0);
    return {
      success: true,
      stats: {
        budget: {
          total_spent: sum(all),
          spent_this_month: sum(month),
          expense_count: all.length,
        },
        trips: {
          total: trips.length,
          completed: trips.filter(({ status }) => status === "completed").length,
          distance_miles: Math.round(miles * 10) / 10,
        },
        social: {
          posts: toCount(posts),
          followers: toCount(followers),
          following: toCount(following),
        },
        account: {
          name: profile?.nickname ?? profile?.full_name ?? null,
          member_since: profile?.created_at ?? null,
        },
      },
      message: `${all.length} expenses, ${trips.length} trips, ${toCount(posts)} posts`,
    };
  },
});
