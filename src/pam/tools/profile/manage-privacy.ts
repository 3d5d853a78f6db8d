import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { choice, flag } from "../arguments.ts";
import { withoutUndefined } from "../common/json-object.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { mergeSettings } from "./user-settings.ts";

interface Columns {
  readonly profile_visibility?: "public" | "friends" | "private" | undefined;
  readonly location_sharing?: boolean | undefined;
  readonly allow_messages?: boolean | undefined;
}

async function saveColumns(
  database: Database,
  userId: string,
  { columns, changedAt }: { readonly columns: Columns; readonly changedAt: string },
) {
  const values = withoutUndefined({ ...columns });
  const updated = await database
    .updateTable("privacy_settings")
    .set({ ...values, updated_at: changedAt })
    .where("user_id", "=", userId)
    .returningAll()
    .executeTakeFirst();
  if (updated !== undefined) return updated;
  return database
    .insertInto("privacy_settings")
    .values({ user_id: userId, ...values })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export const managePrivacy = defineTool({
  name: "manage_privacy",
  description:
    "Change who sees the user's profile, position and activity, and who may write to them.",
  category: "profile",
  access: "write",
  triggers: /\bprivacy\b|\bprivate\b|\bwho can (?:see|message)\b|\bhide my\b|\bdata collection\b/iu,
  needs: ["database"],
  arguments: z.object({
    profile_visibility: choice(["public", "friends", "private"], "Who sees the profile").optional(),
    location_sharing: flag("Whether the position may be shared").optional(),
    show_activity: flag("Whether others see the user's activity").optional(),
    allow_messages: choice(["everyone", "friends", "none"], "Who may send messages").optional(),
    data_collection: flag("Whether use may be analysed").optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { profile_visibility, location_sharing, show_activity, allow_messages, data_collection } =
      args;
    if (Object.values(args).every((value) => value === undefined)) {
      throw invalidArgument("profile_visibility", "give at least one setting to change");
    }
    const columns: Columns = {
      profile_visibility,
      location_sharing,
      // The column only tells nobody from somebody; who exactly stands with the other preferences.
      allow_messages: allow_messages === undefined ? undefined : allow_messages !== "none",
    };
    const preferences = withoutUndefined({ show_activity, allow_messages, data_collection });
    const changes = { privacy_preferences: preferences };
    const changedAt = new Date(clock.now()).toISOString();
    const saved = await database.transaction().execute(async (transaction) => {
      await mergeSettings(transaction, caller.userId, { changes, changedAt });
      return saveColumns(transaction, caller.userId, { columns, changedAt });
    });
    return {
      success: true,
      privacy_settings: { ...saved, ...preferences },
      message: "Changed the privacy settings",
    };
  },
});
