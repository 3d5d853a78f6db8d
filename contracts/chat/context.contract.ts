import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, successBody, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary, dictionaryOf, float, optional } from "#contracts/schema/fields.ts";
import { anything } from "#contracts/schema/values.ts";

const NATIVE = { side: "native" } as const;

export const chatContext = defineRouteContract({
  id: "chat.context",
  method: "GET",
  path: "/api/v1/pam/context",
  summary: "Read what the assistant knows of the user's situation",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [json(z.strictObject({ context: anything }), "The user's context", NATIVE)],
    401: UNAUTHORIZED,
  },
});

export const chatContextUpdate = defineRouteContract({
  id: "chat.context-update",
  method: "PUT",
  path: "/api/v1/pam/context",
  summary: "Change what the assistant knows of the user's situation",
  auth: "bearer-with-profile",
  request: {
    body: z.object({
      location: optional(dictionaryOf(float())),
      budget_status: optional(dictionary()),
      travel_plans: optional(dictionary()),
      vehicle_info: optional(dictionary()),
      preferences: optional(dictionary()),
    }),
  },
  answers: {
    200: [json(successBody(z.null()), "The context is stored", NATIVE)],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
