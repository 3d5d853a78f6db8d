import { z } from "zod";

import { toJsonObject } from "../common/json-object.ts";
import { defineTool } from "../tool.ts";

export const getEmergencyInfo = defineTool({
  name: "get_emergency_info",
  description:
    "Show what is on file for an emergency: contacts, and blood type, allergies and conditions where the user gave them.",
  category: "medical",
  access: "read",
  triggers: /\bblood type\b|\ballerg\w+\b|\bemergency\b/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller }) {
    const contacts = await database
      .selectFrom("medical_emergency_info")
      .select(["emergency_contact_name", "emergency_contact_phone"])
      .where("user_id", "=", caller.userId)
      .orderBy("created_at")
      .execute();
    const profile = await database
      .selectFrom("profiles")
      .select("medical_info")
      .where("id", "=", caller.userId)
      .executeTakeFirst();
    const medical = toJsonObject(profile?.medical_info ?? null);
    const hasInfo = contacts.length > 0 || Object.keys(medical).length > 0;
    return {
      success: true,
      has_emergency_info: hasInfo,
      emergency_info: hasInfo
        ? {
            blood_type: medical["blood_type"] ?? null,
            allergies: medical["allergies"] ?? null,
            medical_conditions: medical["medical_conditions"] ?? null,
            emergency_contacts: contacts.map(
              ({ emergency_contact_name, emergency_contact_phone }) => ({
                name: emergency_contact_name,
                phone: emergency_contact_phone,
              }),
            ),
            primary_doctor: medical["primary_doctor"] ?? null,
            insurance_info: medical["insurance_info"] ?? null,
          }
        : null,
      message: hasInfo ? "This is what is on file" : "No emergency information is on file",
    };
  },
});
