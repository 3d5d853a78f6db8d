import { z } from "zod";

import { efficiency, levels, performance } from "#contracts/cache/figures.ts";
import { defineRouteContract } from "#contracts/contract.ts";
import { detail, INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary, flag, list, optional, text } from "#contracts/schema/fields.ts";
import { count, exactList, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);
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
        "The number of forgotten entries, counted once for each level that held one; natively only the caller's own, and everybody's for an administrator",
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
        "The number of entries that were new; one without an answer is none",
      ),
    ],
    400: [
      detail(
        "Each query must have 'message' and 'user_id' fields",
        "An item lacks a text of its own for one of them",
        { side: "native" },
      ),
      detail("At most 1000 queries can be warmed", "There are more items than memory holds", {
        side: "native",
      }),
      detail(
        "A query's 'ttl' must be a number of seconds from 1 to 86400",
        "An item wants to be kept for another time",
        { side: "native" },
      ),
    ],
    401: UNAUTHORIZED,
    403: [
      detail(
        "Only an administrator may warm the answers of another user",
        "An item with an answer names another user than the caller",
        { side: "native" },
      ),
    ],
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
    200: [
      json(
        z.strictObject({
          success: yes,
          message: z.literal("Cache cleared"),
          scope: z.enum(["all", "own"]),
          cleared_count: count,
          timestamp: naiveTimestamp,
        }),
        "The caller's own answers are forgotten; everybody's, and the counters, for an administrator",
        { side: "native" },
      ),
    ],
    400: [
      detail("Cache clear requires confirmation: set confirm=true", "Not confirmed", {
        side: "native",
      }),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});
