import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import {
  detail,
  INVALID,
  json,
  rateLimited,
  successBody,
  tooLarge,
  UNAUTHORIZED,
  unstorable,
} from "#contracts/schema/answers.ts";
import { flag, integer, optional, text } from "#contracts/schema/fields.ts";

const NATIVE = { side: "native" } as const;

const answers = {
  200: [json(successBody(z.null()), "The feedback is stored", NATIVE)],
  400: [unstorable(NATIVE)],
  401: UNAUTHORIZED,
  404: [detail("There is no such user", "The token's subject has no account", NATIVE)],
  413: [tooLarge("The body has more than 4 KB", NATIVE)],
  422: INVALID,
  429: [rateLimited("feedback", "Over 5 requests of one user in 60 s", NATIVE)],
} as const;

export const chatFeedback = defineRouteContract({
  id: "chat.feedback",
  method: "POST",
  path: "/api/v1/pam/feedback",
  summary: "Rate an answer of the assistant",
  auth: "bearer-with-profile",
  request: {
    body: z.object({
      message_id: text({ minLength: 1 }),
      rating: integer({ minimum: 1, maximum: 5 }),
      feedback_text: optional(text({ maxLength: 1000 })),
      feedback_type: text({ pattern: "^(helpful|unhelpful|incorrect|inappropriate)$" }),
    }),
  },
  answers,
});

export const chatThumb = defineRouteContract({
  id: "chat.thumb",
  method: "POST",
  path: "/api/v1/pam/v1/pam/feedback",
  summary: "Give an answer of the assistant a thumb up or down",
  auth: "bearer-with-profile",
  request: { body: z.object({ message_id: text({ minLength: 1 }), thumbs_up: flag() }) },
  answers,
});
