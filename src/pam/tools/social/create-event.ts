import { z } from "zod";

import { moment, number, text, whole } from "../arguments.ts";
import { parseInstant } from "../common/dates.ts";
import { defineTool } from "../tool.ts";

const DURATION_MS = 7_200_000;

export const createEvent = defineTool({
  name: "create_event",
  description:
    "Put a meetup that the user organises into the user's own calendar. It is not published: invite others by a post.",
  category: "social",
  access: "write",
  triggers:
    /\b(?:host|organi[sz]e|create|arrange|set up|plan)\b.{0,40}\b(?:meet-?ups?|gathering|potluck|get-together|community event)\b/iu,
  needs: ["database"],
  arguments: z.object({
    title: text("Title, 200 characters at most", 200),
    description: text("What is planned, 2000 characters at most", 2_000),
    event_date: moment("When it starts, such as 2026-01-31T14:00:00, local time"),
    location: text("Where it is"),
    latitude: number("Latitude in degrees, -90 to 90", { min: -90, max: 90 }).optional(),
    longitude: number("Longitude in degrees, -180 to 180", { min: -180, max: 180 }).optional(),
    max_attendees: whole("Most people, 1 to 1000", { min: 1, max: 1_000 }).optional(),
  }),
  async run({ title, description, event_date, location, max_attendees }, { database, caller }) {
    const start = parseInstant("event_date", event_date, caller);
    const cap = max_attendees === undefined ? "" : `\n\nAt most ${max_attendees} people`;
    const event = await database
      .insertInto("calendar_events")
      .values({
        user_id: caller.userId,
        title,
        description: description + cap,
        event_type: "personal",
        location_name: location,
        start_date: start.toISOString(),
        end_date: new Date(start.getTime() + DURATION_MS).toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const message = `Put ${title} into your calendar. Community meetups cannot be published yet: write a post to invite others`;
    return { success: true, event, message };
  },
});
