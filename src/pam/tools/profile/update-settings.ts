import { z } from "zod";

import { choice, flag, text } from "../arguments.ts";
import { withoutUndefined } from "../common/json-object.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { mergeSettings } from "./user-settings.ts";

/** `en` or `en-AU`. */
const LANGUAGE = /^[a-z]{2}(?:[-_][A-Za-z]{2})?$/u;

export const updateSettings = defineTool({
  name: "update_settings",
  description: "Change the user's notifications, colour theme and language.",
  category: "profile",
  access: "write",
  triggers:
    /\bsettings?\b|\btheme\b|\b(?:dark|light) mode\b|\bnotifications?\b|\blanguage\b|\balerts\b/iu,
  needs: ["database"],
  arguments: z.object({
    email_notifications: flag("Notices by e-mail").optional(),
    push_notifications: flag("Notices on the device").optional(),
    theme: choice(["light", "dark", "auto"], "Colour theme").optional(),
    language: text("Language code, such as en or en-AU", 5).optional(),
    budget_alerts: flag("Alerts when a budget runs out").optional(),
    trip_reminders: flag("Reminders of trips").optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { theme, language, ...notifications } = args;
    if (Object.values(args).every((value) => value === undefined)) {
      throw invalidArgument("theme", "give at least one setting to change");
    }
    if (language !== undefined && !LANGUAGE.test(language)) {
      throw invalidArgument("language", "must be a code such as en or en-AU");
    }
    const changes = {
      display_preferences: withoutUndefined({ theme }),
      notification_preferences: withoutUndefined(notifications),
      regional_preferences: withoutUndefined({ language }),
    };
    const changedAt = new Date(clock.now()).toISOString();
    const settings = await database
      .transaction()
      .execute(async (transaction) =>
        mergeSettings(transaction, caller.userId, { changes, changedAt }),
      );
    return { success: true, settings, message: "Changed the settings" };
  },
});
