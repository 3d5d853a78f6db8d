import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, detailStarting, INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { optional, text } from "#contracts/schema/fields.ts";

/** In the query; the legacy ignores a header of this name. */
const secret = { x_internal_secret: optional(text()) } as const;

export const wsNotifyTimer = defineRouteContract({
  id: "ws.notify-timer",
  method: "POST",
  path: "/api/v1/pam/internal/notify-timer",
  summary: "Tell a user's sockets that a timer ran out",
  auth: "internal-secret",
  request: {
    query: z.object(secret),
    body: z.object({
      user_id: text(),
      timer_id: text(),
      type: text().default("timer_expired"),
      label: text(),
      timer_type: text(),
      message: text(),
      timestamp: text(),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(true),
          message: z.string().startsWith("Notification sent to user "),
          websocket_connected: z.boolean(),
        }),
        "Also where the user has no socket",
      ),
    ],
    401: [detail("Invalid internal API secret", "A secret is set and this is another")],
    422: INVALID,
    500: [detailStarting("Failed to send notification: ", "Something fails")],
  },
});

export const wsDismissTimer = defineRouteContract({
  id: "ws.dismiss-timer",
  method: "POST",
  path: "/api/v1/pam/internal/dismiss-timer",
  summary: "Put a timer away",
  auth: "none",
  request: { query: z.object({ timer_id: text(), user_id: text(), ...secret }) },
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(true), message: z.literal("Timer dismissed") }),
        "The timer is put away",
      ),
    ],
    401: [
      detail("Invalid internal API secret", "The secret is another, and there is no token", {
        side: "native",
      }),
      ...UNAUTHORIZED.map((answer) => ({ ...answer, side: "native" as const })),
    ],
    404: [
      json(
        z.strictObject({ success: z.literal(false), error: z.literal("Timer not found") }),
        "The user has no such timer",
      ),
    ],
    422: INVALID,
    500: [detailStarting("Failed to dismiss timer: ", "The store fails")],
  },
});
