import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** Those of the legacy, in its order. */
const TOLD = [
  "websocket",
  "rest_api",
  "voice_synthesis",
  "feedback",
  "auth",
  "heavy_operations",
] as const;

/** `GET /api/v1/pam/rate-limits/status`: what is left of the caller's limits. Asking uses nothing up. */
export function createRateLimitStatus({
  authenticator,
  clock,
  rateLimits,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const leave = async (name: RateLimitName): Promise<object> => {
      const { maxRequests, windowSeconds } = RATE_LIMITS[name];
      const { used, resetMs } = await rateLimits[name].usage(userId);
      return {
        max_requests: maxRequests,
        window_seconds: windowSeconds,
        used,
        remaining: maxRequests - used,
        reset_in_seconds: Math.ceil(resetMs / 1_000),
      };
    };
    const leaves = await Promise.all(TOLD.map(async (name) => [name, await leave(name)] as const));
    sendJson(response, 200, {
      success: true,
      user_id: userId,
      rate_limits: Object.fromEntries(leaves),
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
