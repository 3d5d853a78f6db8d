import { z } from "zod";

const entity = { entity_id: z.unknown(), entity_title: z.unknown() } as const;

const calendarAction = z.strictObject({
  type: z.literal("reload_calendar"),
  entity_id: entity.entity_id,
  entity_type: z.literal("calendar_event"),
  entity_title: entity.entity_title,
  metadata: z.strictObject({
    start_date: z.unknown(),
    end_date: z.unknown(),
    description: z.unknown(),
  }),
});

const expenseAction = z.strictObject({
  type: z.literal("reload_expenses"),
  entity_id: entity.entity_id,
  entity_type: z.literal("expense"),
  entity_title: entity.entity_title,
  metadata: z.strictObject({ amount: z.unknown(), category: z.unknown(), date: z.unknown() }),
});

const tripAction = z.strictObject({
  type: z.literal("reload_trips"),
  entity_id: entity.entity_id,
  entity_type: z.literal("trip"),
  entity_title: entity.entity_title,
  metadata: z.strictObject({
    start_date: z.unknown(),
    end_date: z.unknown(),
    destination: z.unknown(),
  }),
});

/**
 * What a tool's result makes the client reload: event before expense before trip. Values are the row's
 * own, null where the row has none.
 */
export const uiAction = z.discriminatedUnion("type", [calendarAction, expenseAction, tripAction]);
