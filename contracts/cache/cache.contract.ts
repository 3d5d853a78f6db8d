import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary, flag, integer, list, optional, text } from "#contracts/schema/fields.ts";
import { anything, count, exactList, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);
const percent = z.string().regex(/^\d+\.\d\d%$/);

const performance = z.strictObject({
  hit_rate: percent,
  memory_hit_rate: percent,
  total_requests: count,
  hits: count,
  misses: count,
});

const levels = z.strictObject({
  memory_items: count,
  memory_size_bytes: count,
  redis_connected: z.boolean(),
});

const efficiency = z.strictObject({
  evictions: count,
  compression_ratio: z.number(),
  avg_response_size: z.number(),
});

export const cacheStatus = defineRouteContract({
  id: "cache.status",
  method: "GET",
  path: "/api/v1/pam/cache/status",
  summary: "Read the state of the answer cache",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          cache_system: z.strictObject({
            status: z.literal("active"),
            multi_level_caching: yes,
            compression_enabled: yes,
            default_ttl_seconds: z.literal(300),
          }),
          performance,
          cache_levels: levels,
          efficiency,
          configuration: z.strictObject({
            max_memory_items: z.literal(1000),
            compression_threshold_bytes: z.literal(1024),
            cache_strategies: exactList("TTL", "LRU", "LFU", "SLIDING", "INTELLIGENT"),
          }),
          timestamp: naiveTimestamp,
        }),
        "The cache's counters",
      ),
    ],
    401: UNAUTHORIZED,
  },
});

const invalidation = {
  pattern: z.string().nullable(),
  user_id: z.string().nullable(),
  message_pattern: z.string().nullable(),
} as const;

export const cacheInvalidate = defineRouteContract({
  id: "cache.invalidate",
  method: "POST",
  path: "/api/v1/pam/cache/invalidate",
  summary: "Forget cached answers by pattern",
  auth: "bearer-with-profile",
  request: {
    query: z.object({
      pattern: optional(text()),
      user_id: optional(text()),
      message_pattern: optional(text()),
    }),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          invalidated_count: count,
          invalidation_params: z.strictObject(invalidation),
          timestamp: naiveTimestamp,
        }),
        "The number of forgotten entries, counted once for each level that held one",
      ),
    ],
    401: UNAUTHORIZED,
  },
});

export const cacheWarm = defineRouteContract({
  id: "cache.warm",
  method: "POST",
  path: "/api/v1/pam/cache/warm",
  summary: "Put answers into the cache beforehand",
  auth: "bearer-with-profile",
  request: { body: list(dictionary()) },
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          warmed_count: count,
          requested_count: count,
          timestamp: naiveTimestamp,
        }),
        "The number of entries that were new",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

export const cacheClear = defineRouteContract({
  id: "cache.clear",
  method: "POST",
  path: "/api/v1/pam/cache/clear",
  summary: "Empty the answer cache",
  auth: "bearer-with-profile",
  request: { query: z.object({ confirm: flag().default(false) }) },
  answers: {
    200: [json(anything, "The cache is empty", { side: "native" })],
    400: [json(z.strictObject({ detail: z.string() }), "Not confirmed", { side: "native" })],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

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
