import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary } from "#contracts/schema/fields.ts";
import { uiAction } from "#contracts/schema/ui-actions.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);
const no = z.literal(false);

/** What nobody expects of a request that costs a model's call: the legacy's form of a chat's 429. */
const RATE_LIMITED = [
  json(
    z.strictObject({
      detail: z.strictObject({
        error: z.literal("Rate limit exceeded"),
        message: z.templateLiteral(["Too many requests. Try again in ", count, " seconds."]),
        rate_limit_info: z.strictObject({
          remaining: z.literal(0),
          reset_in_seconds: count,
          limit_type: z.literal("rest_api"),
        }),
      }),
    }),
    "Over 30 requests of one user to the route in 60 s",
    { side: "native", headers: { "retry-after": z.string().regex(/^\d+$/) } },
  ),
];

const step = z.strictObject({
  step: z.int().min(1).max(8),
  action: z.string().describe("A tool of the assistant"),
  description: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  depends_on: z.array(z.int()).describe("Earlier steps that have to be done before"),
  access: z.enum(["read", "write"]),
  needs_confirmation: z.boolean(),
  status: z.enum(["pending", "running", "needs_confirmation", "done", "failed", "skipped"]),
  result: z.record(z.string(), z.unknown()).nullable().describe("The tool's own; null before"),
});

const planAnswer = z.strictObject({
  success: yes,
  plan: z.strictObject({
    user_goal: z.string(),
    complexity: z.enum(["simple", "moderate", "complex"]),
    steps: z.array(step).max(8),
    tools_required: z.array(z.string()),
    estimated_time: z.string(),
    success_probability: z.number().min(0).max(1),
  }),
  agent_reasoning: z.string(),
  can_execute: z.boolean().describe("False where no tool is needed"),
  plan_id: z.uuid().describe("How `execute` finds it"),
  expires_at: naiveTimestamp,
});

const executed = {
  execution_result: z.strictObject({
    response: z.string(),
    steps_completed: z.int().min(0),
    tools_used: z.array(z.string()),
    execution_time: z.string(),
  }),
  agent_insights: z.string(),
  learning_captured: z.boolean().describe("The conversation knows of it"),
  plan_id: z.uuid(),
  status: z.enum(["planned", "waiting", "interrupted", "finished"]),
  steps: z.array(step).max(8),
  needs_confirmation: z
    .array(z.strictObject({ step: z.int(), action: z.string(), prompt: z.string() }))
    .describe("What `confirmed_steps` of another `execute` agrees to"),
  actions: z.array(uiAction),
};

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
        z.strictObject({ success: no, error: z.string(), fallback_available: yes }),
        "There is no plan, and why; always on the legacy, which cannot plan",
      ),
      json(planAnswer, "A plan, which is kept for a day", { side: "native" }),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
    429: RATE_LIMITED,
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
        z.strictObject({ success: no, error: z.string() }),
        "Nothing was begun, and why; always on the legacy, which cannot carry anything out",
      ),
      json(z.strictObject({ success: yes, ...executed }), "What came of the plan", {
        side: "native",
      }),
      json(z.strictObject({ success: no, error: z.string(), ...executed }), "No step worked out", {
        side: "native",
      }),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
    429: RATE_LIMITED,
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
