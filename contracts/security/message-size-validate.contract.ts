import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary, text } from "#contracts/schema/fields.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const formattedSize = z.string().regex(/^\d+B$|^\d+\.\d(?:KB|MB)$/);

const verdict = z.strictObject({
  success: z.literal(true),
  valid: z.boolean(),
  message_type: z.string(),
  size_info: z.strictObject({
    message_size_bytes: count,
    limit_bytes: count,
    message_size_formatted: formattedSize,
    limit_formatted: formattedSize,
  }),
  error: z.string().nullable().describe("What a message like this is refused with"),
  field_violations: z.record(z.string(), z.string()),
  violation_count: count,
  timestamp: naiveTimestamp,
});

export const securityMessageSizeValidate = defineRouteContract({
  id: "security.message-size-validate",
  method: "POST",
  path: "/api/v1/pam/message-size/validate",
  summary: "Check a message against the size limits",
  auth: "bearer-with-profile",
  request: {
    query: z.object({ message_type: text().default("websocket_json") }),
    body: dictionary(),
  },
  answers: {
    200: [json(verdict, "Whatever the verdict is", { side: "native" })],
    400: [
      json(
        z.strictObject({ detail: z.string().startsWith("Unknown message type '") }),
        "No message is of this type",
        { side: "native" },
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
