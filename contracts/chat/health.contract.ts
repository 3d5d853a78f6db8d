import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { json } from "#contracts/schema/answers.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

const head = { timestamp: naiveTimestamp, service: z.literal("PAM") } as const;

/** The same answer is given again for 30 s, then with its age. */
const tail = {
  cached: z.boolean(),
  response_time_ms: z.number().min(0),
  cache_age_seconds: z.number().min(0).optional(),
} as const;

const performance = z.strictObject({ optimized: z.literal(true), cached: z.literal(true) });

const chatHealthAnswer = z.union([
  z.strictObject({
    status: z.literal("healthy"),
    ...head,
    claude_api: z.literal("available"),
    message: z.literal("PAM service operational with Claude 3.5 Sonnet"),
    performance,
    ...tail,
  }),
  z.strictObject({
    status: z.literal("degraded"),
    ...head,
    claude_api: z.literal("library_missing"),
    message: z.literal("Anthropic library not available"),
    performance,
    ...tail,
  }),
  z.strictObject({
    status: z.literal("degraded"),
    ...head,
    claude_api: z.literal("not_configured"),
    message: z.literal("PAM service degraded - Anthropic API key not configured"),
    ...tail,
  }),
  z.strictObject({
    status: z.literal("unhealthy"),
    ...head,
    error: z.string().startsWith("Health check failed: "),
    ...tail,
  }),
]);

export const chatHealth = defineRouteContract({
  id: "chat.health",
  method: "GET",
  path: "/api/v1/pam/health",
  summary: "Ask whether the assistant works",
  auth: "none",
  request: {},
  answers: { 200: [json(chatHealthAnswer, "Always, in whatever state the assistant is")] },
});
