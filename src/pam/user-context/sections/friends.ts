import type { Database } from "#platform/database/index.ts";

import { type Section, type Subject, toKnown, toSection } from "../section.ts";

const MAX_FOLLOWED = 200;
const MAX_SHARES = 50;
const MAX_SHOWN = 5;
const NEARBY_MILES = 50;

async function countFollowers(database: Database, userId: string): Promise<number> {
  const row = await database
    .selectFrom("user_follows")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("following_id", "=", userId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Whom the user follows and who share where they are at the moment; who forbade it altogether is left out. */
async function listShares(database: Database, friends: readonly string[], nowMs: number) {
  if (friends.length === 0) return [];
  return database
    .selectFrom("shared_locations")
    .innerJoin("profiles", "profiles.id", "shared_locations.user_id")
    .leftJoin("privacy_settings", "privacy_settings.user_id", "shared_locations.user_id")
    .select([
      "shared_locations.user_id",
      "shared_locations.location",
      "shared_locations.location_name",
      "shared_locations.created_at",
      "profiles.nickname",
      "profiles.full_name",
    ])
    .where("shared_locations.user_id", "in", friends)
    .where("shared_locations.is_active", "=", true)
    .where((eb) =>
      eb.or([
        eb("shared_locations.expires_at", "is", null),
        eb("shared_locations.expires_at", ">", new Date(nowMs).toISOString()),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb("privacy_settings.location_sharing", "is", null),
        eb("privacy_settings.location_sharing", "=", true),
      ]),
    )
    .orderBy("shared_locations.created_at", "desc")
    .limit(MAX_SHARES)
    .execute();
}

type Share = Awaited<ReturnType<typeof listShares>>[number];

/** Newest first, so that the first of a user is where they are. */
const newestOfEach = (shares: readonly Share[]): readonly Share[] => [
  ...new Map(shares.toReversed().map((share) => [share.user_id, share])).values(),
];

const nameOf = ({ nickname, full_name }: Share): string => nickname ?? full_name ?? "a traveller";

const toNearby =
  ({ position, milesFrom }: Subject) =>
  (share: Share): readonly object[] => {
    const miles = position === undefined ? undefined : milesFrom(position, share.location);
    if (miles === undefined || miles > NEARBY_MILES) return [];
    const name = nameOf(share);
    return [{ name, location_name: share.location_name, distance_miles: Math.round(miles) }];
  };

/** Who the user's friends are, which of them are near, and where they were last. */
export const loadFriends: Section = async (database, subject) => {
  const { userId, nowMs } = subject;
  const [followed, followers] = await Promise.all([
    database
      .selectFrom("user_follows")
      .select("following_id")
      .where("follower_id", "=", userId)
      .limit(MAX_FOLLOWED)
      .execute(),
    countFollowers(database, userId),
  ]);
  const friends = followed.flatMap(({ following_id: id }) => (id === null ? [] : [id]));
  if (friends.length === 0 && followers === 0) return {};
  const shares = newestOfEach(await listShares(database, friends, nowMs));
  return toSection({
    social_context: { friends: friends.length, followers },
    friends_nearby: shares.flatMap(toNearby(subject)).slice(0, MAX_SHOWN),
    friend_travel_activity: shares.slice(0, MAX_SHOWN).map((share) =>
      toKnown({
        name: nameOf(share),
        location_name: share.location_name,
        shared_at: share.created_at,
      }),
    ),
  });
};
