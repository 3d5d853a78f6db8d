import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, INVALID, json, rateLimited, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import {
  dictionary,
  type DictionaryRule,
  flag,
  list,
  optional,
  text,
  type TextRule,
} from "#contracts/schema/fields.ts";
import { uiAction } from "#contracts/schema/ui-actions.ts";
import { count, LOWER_CASE_UUID, naiveTimestamp, uuid } from "#contracts/schema/values.ts";

/** What a sanitiser has against a message or a context, in the legacy's words. */
export interface ChatRefusals {
  readonly message?: NonNullable<TextRule["refusal"]>;
  readonly context?: NonNullable<DictionaryRule["refusal"]>;
}

const buildBody = ({ message, context }: ChatRefusals) =>
  z.object({
    message: text({
      minLength: 1,
      maxLength: 2000,
      strip: true,
      ...(message !== undefined && { refusal: message }),
    }),
    user_id: optional(text({ pattern: LOWER_CASE_UUID, strip: true })),
    session_id: optional(text({ maxLength: 100, pattern: "^[a-zA-Z0-9_-]+$", strip: true })),
    conversation_id: optional(text({ pattern: LOWER_CASE_UUID, strip: true })),
    context: dictionary(context !== undefined ? { refusal: context } : {})
      .nullable()
      .default({}),
    use_case: optional(text({ maxLength: 50, pattern: "^[a-zA-Z_]+$", strip: true })),
    voice_input: flag().default(false),
    attachments: list(text({ strip: true }), { maxItems: 10 }).default([]),
    auth_token: optional(text({ maxLength: 2048, pattern: "^[A-Za-z0-9._-]+$", strip: true })),
  });

export const chatBody = buildBody({});

/**
 * The same body with a sanitiser, which is no matter of shape and comes in from outside. What it refuses
 * is reported among the other faults, at its field's turn.
 */
export const createChatBody = (refusals: ChatRefusals): typeof chatBody => buildBody(refusals);

const errorAction = z.strictObject({ type: z.literal("error"), content: z.string() });

const recommendation = z.strictObject({
  provider: z.unknown(),
  model: z.unknown(),
  reason: z.unknown(),
  estimated_cost_usd: z.unknown(),
  fallback_chain: z.unknown(),
});

/** All keys are always there, in this order. */
const chatAnswer = z.strictObject({
  response: z.string(),
  intent: z.null(),
  confidence: z.null(),
  suggestions: z.null(),
  actions: z.array(z.union([uiAction, errorAction])).nullable(),
  requires_followup: z.null(),
  context_updates: z
    .strictObject({
      profile_used: z.literal("general"),
      cached_response: z.boolean().describe("Natively true where an answer is given again"),
      ai_router_recommendation: recommendation.optional(),
      ai_router_provider: z.unknown().optional(),
      ai_router_model: z.unknown().optional(),
    })
    .nullable(),
  voice_enabled: z.null(),
  conversation_id: z.string().describe("The request's conversation, else its session, else new"),
  session_id: z.string().describe("Equal to conversation_id"),
  message_id: uuid,
  processing_time_ms: count.describe("Microseconds where actions tell of an error"),
  timestamp: naiveTimestamp,
  tokens_used: z.null(),
});

export const chatSend = defineRouteContract({
  id: "chat.send",
  method: "POST",
  path: "/api/v1/pam/chat",
  summary: "Send a message to the assistant",
  auth: "bearer-limited",
  request: { body: chatBody },
  answers: {
    200: [json(chatAnswer, "The assistant's answer, or a failure told as an answer")],
    401: UNAUTHORIZED,
    403: [
      detail(
        "Access denied due to repeated rate limit violations",
        "The fifth and every later request over the limit",
      ),
    ],
    422: INVALID,
    429: [rateLimited("rest_api", "Over 30 requests of one user in 60 s")],
  },
});
