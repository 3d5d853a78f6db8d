import { z } from "zod";

import { choice, flag, moment, text, uuid, whole } from "../arguments.ts";
import { parseInstant } from "../common/dates.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool, type ToolCaller } from "../tool.ts";
import { EVENT_TYPES } from "./event-fields.ts";

interface Span {
  readonly start: Date;
  readonly end: Date;
}

interface SpanChange {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
}

/** An entry that is moved keeps its length, unless it is given an end too. */
function moveSpan(old: Span, { start_date, end_date }: SpanChange, caller: ToolCaller): Span {
  const start =
    start_date === undefined ? old.start : parseInstant("start_date", start_date, caller);
  const moved = new Date(old.end.getTime() + start.getTime() - old.start.getTime());
  const end = end_date === undefined ? moved : parseInstant("end_date", end_date, caller);
  if (end < start) throw invalidArgument("end_date", "must not be before the start");
  return { start, end };
}

export const updateCalendarEvent = defineTool({
  name: "update_calendar_event",
  description: "Change an entry of the user's calendar. Its id comes from get_calendar_events.",
  category: "calendar",
  access: "write",
  triggers:
    /\b(?:change|move|update|reschedule|postpone|push)\b.{0,40}\b(?:event|appointment|reminder|meeting|booking|calendar)\b|\breschedule\b/iu,
  needs: ["database"],
  arguments: z.object({
    event_id: uuid("Id of the entry"),
    title: text("New title", 200).optional(),
    start_date: moment("New start in local time, such as 2026-01-31T14:00:00").optional(),
    end_date: moment("New end in local time").optional(),
    description: text("New details", 2_000).optional(),
    event_type: choice(EVENT_TYPES, "Kind of entry").optional(),
    all_day: flag("Whether it lasts all day").optional(),
    location_name: text("Where it is").optional(),
    reminder_minutes: whole("Minutes before the start to remind, 0 to 40320", {
      min: 0,
      max: 40_320,
    }).optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { event_id, start_date, end_date, reminder_minutes, ...columns } = args;
    return database.transaction().execute(async (transaction) => {
      const old = await transaction
        .selectFrom("calendar_events")
        .select(["start_date", "end_date"])
        .where("id", "=", event_id)
        .where("user_id", "=", caller.userId)
        .forUpdate()
        .executeTakeFirst();
      if (old === undefined) throw new ToolError("NOT_FOUND", "There is no such calendar entry");
      const oldSpan = { start: new Date(old.start_date), end: new Date(old.end_date) };
      const { start, end } = moveSpan(oldSpan, { start_date, end_date }, caller);
      const given = Object.entries(columns).filter(([, value]) => value !== undefined);
      const event = await transaction
        .updateTable("calendar_events")
        .set({
          ...Object.fromEntries(given),
          ...(reminder_minutes !== undefined && { reminder_minutes: [reminder_minutes] }),
          start_date: start.toISOString(),
          end_date: end.toISOString(),
          updated_at: new Date(clock.now()).toISOString(),
        })
        .where("id", "=", event_id)
        .where("user_id", "=", caller.userId)
        .returningAll()
        .executeTakeFirstOrThrow();
      return { success: true, event, message: `Changed "${event.title}"` };
    });
  },
});
