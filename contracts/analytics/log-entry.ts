import { z } from "zod";

/** Beside these: request_id, session_id, endpoint, duration_ms, error_code, error_details, context and more. */
const event = z.looseObject({
  event_type: z.string(),
  severity: z.string(),
  message: z.string(),
  user_id: z.string().nullable(),
  timestamp: z.string().describe("ISO 8601 with an offset"),
});

/** One line of the event log: the event, and around it who wrote it down and when. */
export const logEntry = z.looseObject({
  timestamp: z.string().describe("YYYY-MM-DD HH:MM:SS UTC"),
  level: z.string(),
  logger: z.string(),
  message: event,
});
