import { toEfficiency, toLevels, toPercent, toPerformance } from "#concerns/cache/figures.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { cacheAnalytics } from "#contracts/cache/cache-analytics.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** What one answer of a model costs and takes, roughly. The report calls itself an estimate. */
const COST_OF_ANSWER_USD = 0.002;
const TIME_OF_ANSWER_SECONDS = 1.5;

/** From which hit rate on, in percent. */
const EXCELLENT_PERCENT = 70;
const GOOD_PERCENT = 40;

function toEffectiveness(percent: number): "excellent" | "good" | "needs_improvement" {
  if (percent >= EXCELLENT_PERCENT) return "excellent";
  return percent >= GOOD_PERCENT ? "good" : "needs_improvement";
}

/** `GET /api/v1/pam/cache/analytics`: what the cache saved since it began. The hours are only echoed, as on the legacy. */
export function createAnalytics({
  authenticator,
  clock,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    await authenticator.verifyHeader(request.headers.authorization);
    const { hours } = accept(parseLegacyQuery(cacheAnalytics.request.query, searchOf(request)));
    const figures = await responseCache.figures();
    const { lookups, hits, memoryHits } = figures;
    sendJson(response, 200, {
      success: true,
      analysis_period_hours: hours,
      current_performance: toPerformance(figures),
      cache_distribution: toLevels(figures),
      efficiency_metrics: toEfficiency(figures),
      cost_analysis: {
        estimated_api_calls_saved: hits,
        estimated_cost_savings_usd: Number((hits * COST_OF_ANSWER_USD).toFixed(4)),
        estimated_latency_saved_seconds: hits * TIME_OF_ANSWER_SECONDS,
      },
      performance_indicators: {
        cache_effectiveness: toEffectiveness(toPercent(hits, lookups)),
        memory_cache_effectiveness: toEffectiveness(toPercent(memoryHits, lookups)),
        recommended_actions: [],
      },
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
