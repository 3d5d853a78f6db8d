import { z } from "zod";

import { choice, flag, moment, text, whole } from "../arguments.ts";
import { parseInstant } from "../common/dates.ts";
import { invalidArgument } from "../tool-error.ts";
import { defineTool } from "../tool.ts";
import { DEFAULT_DURATION_MS, DEFAULT_REMINDER_MINUTES, EVENT_TYPES } from "./event-fields.ts";

export const createCalendarEvent = defineTool({
  name: "create_calendar_event",
  description:
    "Put an appointment, reminder, booking or trip into the user's calendar. Times are the user's local time, without a zone.",
  category: "calendar",
  access: "write",
  needs: ["database"],
  arguments: z.object({
    title: text("Title, 200 characters at most", 200),
    start_date: moment("Start in local time, such as 2026-01-31T14:00:00"),
    end_date: moment("End in local time; an hour after the start if absent").optional(),
    description: text("Details, 2000 characters at most", 2_000).optional(),
    event_type: choice(EVENT_TYPES, "Kind of entry; reminder if absent").optional(),
    all_day: flag("Whether it lasts all day").optional(),
    location_name: text("Where it is").optional(),
    reminder_minutes: whole("Minutes before the start to remind, 0 to 40320; 15 if absent", {
      min: 0,
      max: 40_320,
    }).optional(),
  }),
  async run(args, { database, caller }) {
    const start = parseInstant("start_date", args.start_date, caller);
    const end =
      args.end_date === undefined
        ? new Date(start.getTime() + DEFAULT_DURATION_MS)
        : parseInstant("end_date", args.end_date, caller);
    if (end < start) throw invalidArgument("end_date", "must not be before the start");
    const event = await database
      .insertInto("calendar_events")
      .values({
        user_id: caller.userId,
        title: args.title,
        description: args.description ?? null,
        event_type: args.event_type ?? "reminder",
        all_day: args.all_day ?? false,
        location_name: args.location_name ?? null,
        start_date: start.toISOString(),
        end_date: end.toISOString(),
        reminder_minutes: [args.reminder_minutes ?? DEFAULT_REMINDER_MINUTES],
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const message = `Put "${args.title}" into the calendar for ${args.start_date.replace("T", " ")}`;
    return { success: true, event, message };
  },
});
