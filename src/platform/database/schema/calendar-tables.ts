import type { TableColumns } from "#platform/database/schema/column.ts";

export const CALENDAR_TABLES = {
  calendar_events: {
    id: "uuid = gen_random_uuid()",
    user_id: "uuid",
    all_day: "boolean = false",
    color: "text = '#3b82f6'",
    created_at: "timestamptz? = now()",
    description: "text?",
    end_date: "timestamptz",
    event_type: "text = 'reminder'",
    is_private: "boolean = true",
    location_name: "text?",
    reminder_minutes: "integer[]?",
    start_date: "timestamptz",
    title: "text",
    updated_at: "timestamptz? = now()",
  },
  timers_and_alarms: {
    id: "uuid = gen_random_uuid()",
    user_id: "uuid",
    created_at: "timestamptz? = now()",
    duration_seconds: "integer?",
    label: "text?",
    notification_sent: "boolean?",
    scheduled_time: "timestamptz",
    status: "text?",
    type: "text",
    updated_at: "timestamptz? = now()",
  },
} as const satisfies Record<string, TableColumns>;
