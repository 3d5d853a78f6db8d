import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** `GET /api/v1/pam/rate-limits/status`: what is left of the caller's limits. Asking uses nothing up. */
export function createRateLimitStatus({
  authenticator,
  clock,
  rateLimits,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const leave = (name: RateLimitName): object => {
      const { maxRequests, windowSeconds } = RATE_LIMITS[name];
      const { used, resetMs } = rateLimits[name].usage(userId);
      return {
        max_requests: maxRequests,
        window_seconds: windowSeconds,
        used,
        remaining: maxRequests - used,
        reset_in_seconds: Math.ceil(resetMs / 1_000),
      };
    };
    sendJson(response, 200, {
      success: true,
      user_id: userId,
      rate_limits: {
        websocket: leave("websocket"),
        rest_api: leave("rest_api"),
        voice_synthesis: leave("voice_synthesis"),
        feedback: leave("feedback"),
        auth: leave("auth"),
        heavy_operations: leave("heavy_operations"),
      },
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
