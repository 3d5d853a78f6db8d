import { type Section, toKnown, toSection } from "../section.ts";

const MAX_EVENTS = 5;
const AHEAD_MS = 14 * 86_400_000;

/** What stands in the user's calendar for the next two weeks. */
export const loadEvents: Section = async (database, { userId, nowMs }) => {
  const events = await database
    .selectFrom("calendar_events")
    .select(["title", "event_type", "start_date", "end_date", "location_name"])
    .where("user_id", "=", userId)
    .where("end_date", ">=", new Date(nowMs).toISOString())
    .where("start_date", "<=", new Date(nowMs + AHEAD_MS).toISOString())
    .orderBy("start_date")
    .limit(MAX_EVENTS)
    .execute();
  return toSection({
    upcoming_events: events.map(({ event_type: type, ...event }) => toKnown({ ...event, type })),
  });
};
