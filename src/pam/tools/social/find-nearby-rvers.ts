import { z } from "zod";

import { number, whole } from "../arguments.ts";
import { milesBetween, parsePoint } from "../common/geography.ts";
import { defineTool } from "../tool.ts";
import { findDisplayNames } from "./profiles.ts";

/** The newest shares are looked through; distance is judged here, since not every database can. */
const MAX_SHARES = 2_000;

export const findNearbyRvers = defineTool({
  name: "find_nearby_rvers",
  description: "Find other travellers near a point who share where they are.",
  category: "social",
  access: "read",
  triggers:
    /\b(?:rvers?|travell?ers|nomads|campers|people)\b.{0,30}\b(?:near\w*|around|close)\b|\b(?:near\w*|around)\b.{0,30}\b(?:rvers|travell?ers|nomads|campers)\b/iu,
  needs: ["database"],
  arguments: z.object({
    latitude: number("Latitude in degrees, -90 to 90", { min: -90, max: 90 }),
    longitude: number("Longitude in degrees, -180 to 180", { min: -180, max: 180 }),
    radius_miles: whole("Search radius in miles, 1 to 500; 50 if absent", {
      min: 1,
      max: 500,
    }).optional(),
    limit: whole("Most results, 1 to 100; 20 if absent", { min: 1, max: 100 }).optional(),
  }),
  async run({ latitude, longitude, radius_miles = 50, limit = 20 }, { database, caller, clock }) {
    const now = new Date(clock.now()).toISOString();
    const shares = await database
      .selectFrom("shared_locations")
      .select(["user_id", "location", "location_name", "created_at"])
      .where("is_active", "=", true)
      .where("user_id", "!=", caller.userId)
      .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
      .orderBy("created_at", "desc")
      .limit(MAX_SHARES)
      .execute();
    const names = await findDisplayNames(
      database,
      shares.map(({ user_id }) => user_id),
    );
    const newestByUser = new Map(shares.toReversed().map((share) => [share.user_id, share]));
    const rvers = [...newestByUser.values()]
      .flatMap((share) => {
        const point = parsePoint(share.location);
        if (point === undefined) return [];
        const distance = Math.round(milesBetween({ latitude, longitude }, point) * 10) / 10;
        return [
          {
            user_id: share.user_id,
            name: names.get(share.user_id) ?? "a traveller",
            location_name: share.location_name,
            distance_miles: distance,
            shared_at: share.created_at,
          },
        ];
      })
      .filter(({ distance_miles }) => distance_miles <= radius_miles)
      .toSorted((left, right) => left.distance_miles - right.distance_miles);
    return {
      success: true,
      rvers_found: rvers.length,
      rvers: rvers.slice(0, limit),
      radius_miles,
      message:
        rvers.length === 0
          ? "Nobody near here shares a location just now"
          : `${rvers.length} travellers share a location within ${radius_miles} miles`,
    };
  },
});
