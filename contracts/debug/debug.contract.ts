import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary } from "#contracts/schema/fields.ts";
import { anything, naiveTimestamp } from "#contracts/schema/values.ts";

const disabled = (name: "Simple Gemini Service" | "Profile Integration Test") =>
  json(
    z.strictObject({
      status: z.literal("disabled"),
      service: z.literal(name),
      message: z.literal("Gemini cancelled. Using AI Orchestrator (DeepSeek/Anthropic/OpenAI)."),
    }),
    "Always",
  );

export const debugSimpleStatus = defineRouteContract({
  id: "debug.simple-status",
  method: "GET",
  path: "/api/v1/pam/simple-service-status",
  summary: "Ask for a service that is switched off",
  auth: "none",
  request: {},
  answers: { 200: [disabled("Simple Gemini Service")] },
});

export const debugSimpleTest = defineRouteContract({
  id: "debug.simple-test",
  method: "POST",
  path: "/api/v1/pam/simple-service-test",
  summary: "Try a service that is switched off",
  auth: "none",
  request: { body: dictionary() },
  answers: { 200: [disabled("Simple Gemini Service")], 422: INVALID },
});

export const debugProfileTest = defineRouteContract({
  id: "debug.profile-test",
  method: "POST",
  path: "/api/v1/pam/profile-integration-test",
  summary: "Try a service that is switched off, with a profile",
  auth: "none",
  request: { body: dictionary() },
  answers: { 200: [disabled("Profile Integration Test")], 422: INVALID },
});

const unimogResults = z.strictObject({
  vehicle_data: z.strictObject({
    type: z.string(),
    original_type: z.string(),
    make_model_year: z.string(),
    fuel_type: z.string(),
  }),
  profile_query_detected: z.boolean(),
  enhanced_prompt_length: z.int(),
  prompt_contains_unimog: z.boolean(),
  prompt_contains_vehicle: z.boolean(),
  response_preview: z.string(),
  service_initialized: z.boolean(),
});

export const debugUnimogProfile = defineRouteContract({
  id: "debug.unimog-profile",
  method: "POST",
  path: "/api/v1/pam/debug/test-unimog-profile",
  summary: "Show the prompt made from a sample vehicle",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          status: z.literal("success"),
          timestamp: naiveTimestamp,
          test_results: unimogResults,
        }),
        "The service runs",
      ),
      json(
        z.strictObject({
          status: z.literal("error"),
          timestamp: naiveTimestamp,
          error: z.string(),
        }),
        "The service fails",
      ),
    ],
  },
});

export const debugProfileIntegration = defineRouteContract({
  id: "debug.profile-integration",
  method: "POST",
  path: "/api/v1/pam/debug/profile-integration-debug",
  summary: "Show each step from a token to a profile",
  auth: "bearer-debug",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          status: z.literal("success"),
          timestamp: naiveTimestamp,
          debug_results: anything,
        }),
        "The service runs",
      ),
      json(
        z.strictObject({
          status: z.literal("error"),
          step: z.enum(["jwt_validation", "service_initialization", "general_error"]),
          error: z.string(),
          timestamp: naiveTimestamp,
        }),
        "A step fails; a bad token is one",
      ),
    ],
    403: [
      detail("Not authenticated", "There is no bearer token"),
      detail("Invalid authentication credentials", "The scheme is another"),
    ],
  },
});

const missingAttribute = "'CurrentUser' object has no attribute 'id'";

export const debugStatus = defineRouteContract({
  id: "debug.status",
  method: "GET",
  path: "/api/v1/pam/debug",
  summary: "Ask how the parts of the assistant are",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          timestamp: naiveTimestamp,
          overall_status: z.literal("debug_endpoint_error"),
          critical_errors: z.tuple([
            z.literal(`Debug endpoint itself failed: ${missingAttribute}`),
          ]),
          message: z.literal("The debug endpoint encountered an error"),
          error: z.literal(missingAttribute),
        }),
        "Always: the route itself fails",
      ),
    ],
    401: UNAUTHORIZED,
  },
});
