import { toEfficiency, toLevels, toPerformance } from "#concerns/cache/figures.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import {
  COMPRESSION_THRESHOLD_BYTES,
  DEFAULT_TTL_SECONDS,
  MAX_ITEMS,
} from "#pam/response-cache/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** The names that the legacy lists. Answers live by the first two of them, on both sides. */
const STRATEGIES = ["TTL", "LRU", "LFU", "SLIDING", "INTELLIGENT"] as const;

/** `GET /api/v1/pam/cache/status`: the cache's settings and counters, for any caller with a valid token. */
export function createStatus({
  authenticator,
  clock,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    await authenticator.verifyHeader(request.headers.authorization);
    const figures = await responseCache.figures();
    sendJson(response, 200, {
      success: true,
      cache_system: {
        status: "active",
        multi_level_caching: true,
        compression_enabled: true,
        default_ttl_seconds: DEFAULT_TTL_SECONDS,
      },
      performance: toPerformance(figures),
      cache_levels: toLevels(figures),
      efficiency: toEfficiency(figures),
      configuration: {
        max_memory_items: MAX_ITEMS,
        compression_threshold_bytes: COMPRESSION_THRESHOLD_BYTES,
        cache_strategies: STRATEGIES,
      },
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
