import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary } from "#contracts/schema/fields.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);

export const agenticPlan = defineRouteContract({
  id: "agentic.plan",
  method: "POST",
  path: "/api/v1/pam/agentic/plan",
  summary: "Plan the steps to a goal",
  auth: "bearer",
  request: { body: dictionary() },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(false),
          error: z.literal("Planning system temporarily unavailable"),
          fallback_available: yes,
        }),
        "Always: the legacy cannot plan",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

export const agenticExecute = defineRouteContract({
  id: "agentic.execute",
  method: "POST",
  path: "/api/v1/pam/agentic/execute",
  summary: "Carry out a plan",
  auth: "bearer",
  request: { body: dictionary() },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(false),
          error: z.literal("Execution system temporarily unavailable"),
        }),
        "Always: the legacy cannot carry anything out",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

/** Constant but for `last_updated`. */
const agenticCapabilitiesAnswer = z.strictObject({
  success: yes,
  capabilities: z.strictObject({
    goal_planning: yes,
    multi_step_reasoning: yes,
    dynamic_tool_selection: yes,
    proactive_assistance: yes,
    learning_adaptation: yes,
    domain_expertise: z.strictObject({
      travel_planning: yes,
      financial_management: yes,
      social_networking: yes,
      shopping_recommendations: yes,
    }),
    specialized_nodes: z.strictObject({
      you_node: z.literal("Personal AI companion with emotional intelligence"),
      wheels_node: z.literal("Travel and logistics expert"),
      wins_node: z.literal("Financial management specialist"),
      shop_node: z.literal("Product recommendation engine"),
      social_node: z.literal("Community and social features"),
    }),
  }),
  system_status: z.literal("operational"),
  version: z.literal("1.0"),
  last_updated: naiveTimestamp,
});

export const agenticCapabilities = defineRouteContract({
  id: "agentic.capabilities",
  method: "GET",
  path: "/api/v1/pam/agentic/capabilities",
  summary: "List what the assistant can do by itself",
  auth: "bearer",
  request: {},
  answers: {
    200: [json(agenticCapabilitiesAnswer, "Always")],
    401: UNAUTHORIZED,
  },
});
