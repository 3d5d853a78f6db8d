import { z } from "zod";

import { efficiency, levels, performance } from "#contracts/cache/figures.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer } from "#contracts/schema/fields.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);
const effectiveness = z.enum(["excellent", "good", "needs_improvement"]);

export const cacheAnalytics = defineRouteContract({
  id: "cache.analytics",
  method: "GET",
  path: "/api/v1/pam/cache/analytics",
  summary: "Read what the answer cache saved",
  auth: "bearer-with-profile",
  request: { query: z.object({ hours: integer({ minimum: 1, maximum: 168 }).default(24) }) },
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          analysis_period_hours: z.int(),
          current_performance: performance,
          cache_distribution: levels,
          efficiency_metrics: efficiency,
          cost_analysis: z.strictObject({
            estimated_api_calls_saved: count,
            estimated_cost_savings_usd: z.number(),
            estimated_latency_saved_seconds: z.number(),
          }),
          performance_indicators: z.strictObject({
            cache_effectiveness: effectiveness,
            memory_cache_effectiveness: effectiveness,
            recommended_actions: z.tuple([]),
          }),
          timestamp: naiveTimestamp,
        }),
        "Always; the hours are only echoed",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
