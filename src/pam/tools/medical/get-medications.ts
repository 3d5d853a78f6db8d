import { z } from "zod";

import { flag } from "../arguments.ts";
import { defineTool } from "../tool.ts";

export const getMedications = defineTool({
  name: "get_medications",
  description: "List the user's own medicines. When they run out is not on file.",
  category: "medical",
  access: "read",
  triggers: /\bmedications?\b|\bmedicines?\b|\bmeds\b|\brefills?\b|\btablets?\b|\bpills?\b/iu,
  needs: ["database"],
  arguments: z.object({
    active_only: flag("Only medicines in use; true if absent").optional(),
  }),
  async run({ active_only = true }, { database, caller }) {
    let query = database
      .selectFrom("medical_medications")
      .select(["id", "name", "dosage", "active", "created_at"])
      .where("user_id", "=", caller.userId);
    if (active_only) query = query.where("active", "=", true);
    const medications = await query.orderBy("name").execute();
    return {
      success: true,
      medications_found: medications.length,
      medications,
      refill_warnings: [],
      filter: { active_only },
      message: `${medications.length} medicines on file. Refill dates are not on file: the user must watch them`,
    };
  },
});
