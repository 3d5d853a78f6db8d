import type { TableColumns } from "#platform/database/schema/column.ts";

export const HEALTH_TABLES = {
  medical_emergency_info: {
    id: "uuid = gen_random_uuid()",
    user_id: "uuid",
    created_at: "timestamptz? = now()",
    emergency_contact_name: "text?",
    emergency_contact_phone: "text?",
  },
  medical_medications: {
    id: "uuid = gen_random_uuid()",
    user_id: "uuid",
    active: "boolean? = true",
    created_at: "timestamptz? = now()",
    dosage: "text?",
    name: "text",
  },
  medical_records: {
    id: "uuid = gen_random_uuid()",
    user_id: "uuid",
    content_json: "jsonb?",
    created_at: "timestamptz? = now()",
    date_recorded: "date",
    description: "text?",
    document_url: "text?",
    ocr_text: "text?",
    summary: "text?",
    tags: "text[]?",
    test_date: "date?",
    title: "text",
    type: "text?",
    updated_at: "timestamptz? = now()",
  },
} as const satisfies Record<string, TableColumns>;
