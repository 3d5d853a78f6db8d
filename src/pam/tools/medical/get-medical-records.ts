import { z } from "zod";

import { choice, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";

const RECORD_TYPES = [
  "lab_result",
  "prescription",
  "doctor_note",
  "imaging",
  "vaccination",
  "other",
] as const;

export const getMedicalRecords = defineTool({
  name: "get_medical_records",
  description: "List the user's own health documents, newest first.",
  category: "medical",
  access: "read",
  triggers: /\b(?:medical|health) (?:records?|documents?)\b|\bprescriptions?\b|\bvaccinations?\b/iu,
  needs: ["database"],
  arguments: z.object({
    record_type: choice(RECORD_TYPES, "Only documents of this kind").optional(),
    limit: whole("Most records, 1 to 50; 20 if absent", { min: 1, max: 50 }).optional(),
  }),
  async run({ record_type, limit = 20 }, { database, caller }) {
    let query = database
      .selectFrom("medical_records")
      .select(["id", "type", "title", "summary", "tags", "test_date", "created_at"])
      .where("user_id", "=", caller.userId);
    if (record_type !== undefined) query = query.where("type", "=", record_type);
    const records = await query.orderBy("created_at", "desc").limit(limit).execute();
    return {
      success: true,
      records_found: records.length,
      records,
      filter: { record_type: record_type ?? null, limit },
      message:
        records.length === 0 ? "No health documents on file" : `Found ${records.length} documents`,
    };
  },
});
