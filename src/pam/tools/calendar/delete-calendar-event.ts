import { z } from "zod";

import { uuid } from "../arguments.ts";
import { ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";

export const deleteCalendarEvent = defineTool({
  name: "delete_calendar_event",
  description: "Remove an entry from the user's calendar. Its id comes from get_calendar_events.",
  category: "calendar",
  access: "write",
  triggers:
    /\b(?:delete|cancel|remove)\b.{0,40}\b(?:event|appointment|reminder|meeting|booking|calendar)\b/iu,
  needs: ["database"],
  arguments: z.object({ event_id: uuid("Id of the entry") }),
  async run({ event_id }, { database, caller }) {
    const removed = await database
      .deleteFrom("calendar_events")
      .where("id", "=", event_id)
      .where("user_id", "=", caller.userId)
      .returning(["id", "title"])
      .executeTakeFirst();
    if (removed === undefined) throw new ToolError("NOT_FOUND", "There is no such calendar entry");
    return { success: true, message: `Removed "${removed.title}" from the calendar` };
  },
});
