import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, successBody, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer, optional, text } from "#contracts/schema/fields.ts";
import { anything } from "#contracts/schema/values.ts";

const NATIVE = { side: "native" } as const;

export const chatHistory = defineRouteContract({
  id: "chat.history",
  method: "GET",
  path: "/api/v1/pam/history",
  summary: "Read the conversation so far",
  auth: "bearer-with-profile",
  request: {
    query: z.object({
      conversation_id: optional(text()),
      page: integer({ minimum: 1 }).default(1),
      limit: integer({ minimum: 1, maximum: 100 }).default(20),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          messages: z.array(anything),
          conversation: anything.nullable(),
          has_more: z.boolean(),
          next_cursor: z.string().nullable(),
        }),
        "One page of messages",
        NATIVE,
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

export const chatHistoryDelete = defineRouteContract({
  id: "chat.history-delete",
  method: "DELETE",
  path: "/api/v1/pam/history",
  summary: "Forget the conversation so far",
  auth: "bearer-with-profile",
  request: { query: z.object({ conversation_id: optional(text()) }) },
  answers: {
    200: [json(successBody(z.null()), "The conversation is forgotten", NATIVE)],
    401: UNAUTHORIZED,
  },
});
