import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import {
  detailStarting,
  INVALID,
  json,
  successBody,
  UNAUTHORIZED,
} from "#contracts/schema/answers.ts";
import { float, list, optional, text } from "#contracts/schema/fields.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

export const analyticsSavingsRecord = defineRouteContract({
  id: "analytics.savings-record",
  method: "POST",
  path: "/api/v1/pam/savings/record",
  summary: "Record what the assistant saved",
  auth: "bearer",
  request: {
    body: z.object({
      // A wrong type or method is a 400 of the handler, no 422.
      savings_type: text().describe(
        "fuel_optimization, camping_alternative, route_optimization, budget_reallocation, " +
          "price_comparison, timing_optimization, maintenance_prevention or group_booking_discount",
      ),
      predicted_savings: float(),
      actual_savings: float(),
      baseline_cost: float(),
      optimized_cost: float(),
      description: text(),
      verification_method: text().describe(
        "expense_comparison, receipt_analysis, user_confirmation, automatic_detection or " +
          "price_api_verification",
      ),
      confidence_score: float().nullable().default(0.8),
      location: optional(list(float())),
      category: text().nullable().default("other"),
      recommendation_id: optional(text()),
    }),
  },
  answers: {
    200: [
      json(successBody(z.strictObject({ event_id: z.string() })), "The event is stored", {
        side: "native",
      }),
    ],
    400: [detailStarting("Failed to record savings event: ", "Always, even where it was stored")],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

export const analyticsRecommendation = defineRouteContract({
  id: "analytics.recommendation",
  method: "POST",
  path: "/api/v1/pam/recommendations/with-savings-prediction",
  summary: "Store a recommendation and what it may save",
  auth: "bearer",
  request: {
    body: z.object({
      title: text(),
      description: text(),
      category: text(),
      predicted_savings: float(),
      confidence: float().nullable().default(0.7),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(true),
          data: z.strictObject({ recommendation_id: z.string(), predicted_savings: z.number() }),
          message: z.literal("Recommendation created successfully"),
          timestamp: naiveTimestamp,
        }),
        "The recommendation is stored",
      ),
    ],
    400: [detailStarting("Failed to create recommendation: ", "The store refuses it")],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

const savingsEvent = z.strictObject({
  event_id: z.string(),
  actual_savings: z.number(),
  baseline_cost: z.number(),
  optimized_cost: z.number(),
  description: z.string(),
  confidence_score: z.number(),
});

export const analyticsSavingsDetect = defineRouteContract({
  id: "analytics.savings-detect",
  method: "POST",
  path: "/api/v1/pam/savings/detect",
  summary: "Look whether an expense is lower than usual",
  auth: "bearer",
  request: {
    body: z.object({
      expense_amount: float(),
      category: text(),
      location: optional(list(float())),
      description: text().nullable().default(""),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: z.literal(true),
          savings_detected: z.literal(true),
          savings_event: savingsEvent,
        }),
        "The expense is lower, and that is stored",
      ),
      json(
        z.strictObject({
          success: z.literal(true),
          savings_detected: z.literal(false),
          message: z.literal("No significant savings detected for this expense"),
        }),
        "The expense is not lower, or its category is not looked at",
      ),
    ],
    400: [detailStarting("Failed to detect savings: ", "The store refuses what was found")],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
