import { z } from "zod";

import { defineTool } from "../tool.ts";

/** Tables of the user's own rows that an export covers. */
const TABLES = [
  "user_settings",
  "privacy_settings",
  "expenses",
  "budgets",
  "user_trips",
  "vehicles",
  "calendar_events",
  "favorite_locations",
  "medical_records",
  "medical_medications",
] as const;
/** Of one table, for a result that a model reads. */
const MAX_ROWS = 50;

export const exportData = defineTool({
  name: "export_data",
  description:
    "Show the data that is stored about the user, with the number of records. Nothing is sent by e-mail.",
  category: "profile",
  access: "read",
  triggers:
    /\bexport\b.{0,30}\b(?:data|everything)\b|\b(?:download|copy of)\b.{0,30}\bdata\b|\bgdpr\b/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const own = await Promise.all(
      TABLES.map(async (table) => {
        const rows = await database
          .selectFrom(table)
          .selectAll()
          .where("user_id", "=", caller.userId)
          .limit(MAX_ROWS)
          .execute();
        const { count } = await database
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as("count"))
          .where("user_id", "=", caller.userId)
          .executeTakeFirstOrThrow();
        return { table, rows, count };
      }),
    );
    const profiles = await database
      .selectFrom("profiles")
      .select(["id", "email", "full_name", "nickname", "region", "vehicle_type", "created_at"])
      .where("id", "=", caller.userId)
      .execute();
    const posts = await database
      .selectFrom("posts")
      .selectAll()
      .where("author_id", "=", caller.userId)
      .limit(MAX_ROWS)
      .execute();
    const { postCount } = await database
      .selectFrom("posts")
      .select((eb) => eb.fn.countAll<number>().as("postCount"))
      .where("author_id", "=", caller.userId)
      .executeTakeFirstOrThrow();
    const all = [
      { table: "profiles", rows: profiles, count: profiles.length },
      { table: "posts", rows: posts, count: postCount },
      ...own,
    ];
    const total = all.reduce((sum, { count }) => sum + count, 0);
    return {
      success: true,
      export_date: new Date(clock.now()).toISOString(),
      total_records: total,
      record_counts: Object.fromEntries(all.map(({ table, count }) => [table, count])),
      data: Object.fromEntries(all.map(({ table, rows }) => [table, rows])),
      message: `${total} records are stored. They are shown here, long ones in part; nothing is e-mailed`,
    };
  },
});
