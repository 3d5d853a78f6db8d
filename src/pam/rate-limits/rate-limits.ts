import { RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/limits.ts";
import { createSlidingWindow, type SlidingWindow } from "#pam/rate-limits/sliding-window.ts";
import type { Clock } from "#platform/clock.ts";

/** The limits of all surfaces, each in this process: who limits and who reports look at the same counts. */
export type RateLimits = Readonly<Record<RateLimitName, SlidingWindow>>;

export function createRateLimits(clock: Pick<Clock, "monotonicMs">): RateLimits {
  const create = (name: RateLimitName): SlidingWindow => {
    const { maxRequests, windowSeconds } = RATE_LIMITS[name];
    return createSlidingWindow({ maxUses: maxRequests, windowMs: windowSeconds * 1_000, clock });
  };
  return {
    websocket: create("websocket"),
    rest_api: create("rest_api"),
    voice_synthesis: create("voice_synthesis"),
    feedback: create("feedback"),
    auth: create("auth"),
    heavy_operations: create("heavy_operations"),
  };
}
