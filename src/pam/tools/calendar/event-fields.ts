export const EVENT_TYPES = [
  "personal",
  "reminder",
  "trip",
  "booking",
  "maintenance",
  "inspection",
] as const;

/** Legacy's: an entry without an end lasts an hour. */
export const DEFAULT_DURATION_MS = 3_600_000;
export const DEFAULT_REMINDER_MINUTES = 15;
