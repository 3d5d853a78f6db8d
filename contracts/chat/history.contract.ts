import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, successBody, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer, optional, text } from "#contracts/schema/fields.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const NATIVE = { side: "native" } as const;

const message = z.strictObject({
  id: z.string(),
  role: z.enum(["user", "assistant"]),
  content: z.string(),
  timestamp: naiveTimestamp.nullable(),
});

const conversation = z.strictObject({
  id: z.string().describe("As an answer of the chat names it"),
  title: z.string().nullable(),
  message_count: count,
  created_at: naiveTimestamp.nullable(),
  last_activity: naiveTimestamp.nullable(),
});

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
          messages: z.array(message),
          conversation: conversation.nullable(),
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
