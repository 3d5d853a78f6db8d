import { z } from "zod";

import { choice, flag, moment, whole } from "../arguments.ts";
import { addDays, parseInstant } from "../common/dates.ts";
import { defineTool } from "../tool.ts";
import { EVENT_TYPES } from "./event-fields.ts";

const isDayOnly = (text: string): boolean => text.length === 10;

export const getCalendarEvents = defineTool({
  name: "get_calendar_events",
  description:
    "List entries of the user's calendar by their start, upcoming ones unless told otherwise.",
  category: "calendar",
  access: "read",
  needs: ["database"],
  arguments: z.object({
    start_date: moment("Entries that end at this local time or later").optional(),
    end_date: moment("Entries that start before this local time; a day counts in full").optional(),
    event_type: choice(EVENT_TYPES, "Only entries of this kind").optional(),
    include_past: flag("Whether past entries count; false if absent").optional(),
    limit: whole("Most entries, 1 to 500; 100 if absent", { min: 1, max: 500 }).optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { start_date, end_date, event_type, include_past = false, limit = 100 } = args;
    let query = database
      .selectFrom("calendar_events")
      .selectAll()
      .where("user_id", "=", caller.userId);
    if (start_date !== undefined) {
      const from = parseInstant("start_date", start_date, caller);
      query = query.where("end_date", ">=", from.toISOString());
    } else if (!include_past) {
      query = query.where("end_date", ">=", new Date(clock.now()).toISOString());
    }
    if (end_date !== undefined) {
      const until = isDayOnly(end_date) ? addDays(end_date, 1) : end_date;
      query = query.where("start_date", "<", parseInstant("end_date", until, caller).toISOString());
    }
    if (event_type !== undefined) query = query.where("event_type", "=", event_type);
    const events = await query.orderBy("start_date").limit(limit).execute();
    const message = events.length === 0 ? "No calendar entries" : `Found ${events.length} entries`;
    return { success: true, events, message, count: events.length };
  },
});
