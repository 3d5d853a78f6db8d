import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import {
  INVALID,
  json,
  successBody,
  tooLarge,
  UNAUTHORIZED,
  unstorable,
} from "#contracts/schema/answers.ts";
import { dictionary, dictionaryOf, float, optional } from "#contracts/schema/fields.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

const NATIVE = { side: "native" } as const;

const section = z.record(z.string(), z.unknown()).nullable();

const context = z.strictObject({
  location: section,
  budget_status: section,
  travel_plans: section,
  vehicle_info: section,
  preferences: section,
  remembered: z.record(z.string(), z.unknown()).describe("Of the last conversation"),
  language: z.string().nullable(),
  last_activity: naiveTimestamp.nullable(),
});

export const chatContext = defineRouteContract({
  id: "chat.context",
  method: "GET",
  path: "/api/v1/pam/context",
  summary: "Read what the assistant knows of the user's situation",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [json(z.strictObject({ context }), "The user's context", NATIVE)],
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
    400: [unstorable(NATIVE)],
    401: UNAUTHORIZED,
    413: [tooLarge("The body has more than 16 KB", NATIVE)],
    422: INVALID,
  },
});
