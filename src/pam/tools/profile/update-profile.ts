import { z } from "zod";

import { text, webAddress, whole } from "../arguments.ts";
import { toJsonObject, withoutUndefined } from "../common/json-object.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";

const USER_NAME = /^\w{3,30}$/u;

export const updateProfile = defineTool({
  name: "update_profile",
  description: "Change the user's profile: name, text about them, picture, place and vehicle.",
  category: "profile",
  access: "write",
  triggers: /\bprofile\b|\bmy bio\b|\buser ?name\b|\bavatar\b|\bnickname\b/iu,
  needs: ["database"],
  arguments: z.object({
    username: text("New user name: 3 to 30 letters, digits or underscores", 30).optional(),
    bio: text("About the user, 500 characters at most", 500).optional(),
    avatar_url: webAddress("Address of the profile picture").optional(),
    location: text("Home or current place", 200).optional(),
    rv_type: text("Kind of vehicle", 100).optional(),
    rv_year: whole("Model year of the vehicle, 1900 to next year", { min: 1_900 }).optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { username, bio, avatar_url, location, rv_type, rv_year } = args;
    if (Object.values(args).every((value) => value === undefined)) {
      throw invalidArgument("username", "give at least one field to change");
    }
    if (username !== undefined && !USER_NAME.test(username)) {
      throw invalidArgument("username", "must have 3 to 30 letters, digits or underscores");
    }
    if (rv_year !== undefined && rv_year > new Date(clock.now()).getUTCFullYear() + 1) {
      throw invalidArgument("rv_year", "must be next year at the latest");
    }
    return database.transaction().execute(async (transaction) => {
      const current = await transaction
        .selectFrom("profiles")
        .select("preferences")
        .where("id", "=", caller.userId)
        .forUpdate()
        .executeTakeFirst();
      if (current === undefined) throw new ToolError("NOT_FOUND", "The user has no profile yet");
      const columns = withoutUndefined({
        nickname: username,
        profile_image_url: avatar_url,
        region: location,
        vehicle_type: rv_type,
      });
      const profile = await transaction
        .updateTable("profiles")
        .set({
          ...columns,
          // The table has no columns for these two.
          preferences: {
            ...toJsonObject(current.preferences),
            ...withoutUndefined({ bio, rv_year }),
          },
          updated_at: new Date(clock.now()).toISOString(),
        })
        .where("id", "=", caller.userId)
        .returning([
          "id",
          "nickname",
          "full_name",
          "profile_image_url",
          "region",
          "vehicle_type",
          "preferences",
        ])
        .executeTakeFirstOrThrow();
      const names = Object.entries(args).flatMap(([name, value]) =>
        value === undefined ? [] : [name],
      );
      return { success: true, profile, message: `Changed ${names.join(", ")}` };
    });
  },
});
