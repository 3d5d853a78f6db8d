import { z } from "zod";

import { flag, number, text } from "../arguments.ts";
import { toPoint } from "../common/geography.ts";
import { defineTool } from "../tool.ts";

const DURATION_HOURS = 24;
const HOUR_MS = 3_600_000;

export const shareLocation = defineTool({
  name: "share_location",
  description:
    "Note the user's position or a spot for 24 hours. Other travellers see it only where the user wants it public.",
  category: "social",
  access: "write",
  triggers: /\bshare\b.{0,30}\b(?:location|position|where i am|spot)\b/iu,
  needs: ["database"],
  arguments: z.object({
    location_name: text("Name of the place", 200),
    latitude: number("Latitude in degrees, -90 to 90", { min: -90, max: 90 }),
    longitude: number("Longitude in degrees, -180 to 180", { min: -180, max: 180 }),
    description: text("What to know of it", 1_000).optional(),
    is_public: flag("Whether other travellers see it; false if absent").optional(),
  }),
  async run(args, { database, caller, clock }) {
    const { location_name, latitude, longitude, description, is_public = false } = args;
    const location = await database
      .insertInto("shared_locations")
      .values({
        user_id: caller.userId,
        location_name,
        location: toPoint({ latitude, longitude }),
        description: description ?? null,
        // The one thing the table knows of visibility.
        is_active: is_public,
        share_duration_hours: DURATION_HOURS,
        expires_at: new Date(clock.now() + DURATION_HOURS * HOUR_MS).toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const message = is_public
      ? `Shared ${location_name} with other travellers for ${DURATION_HOURS} hours`
      : `Noted ${location_name}; nobody else sees it`;
    return { success: true, location, message };
  },
});
