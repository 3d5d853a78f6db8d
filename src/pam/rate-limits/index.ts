/** How often a user may do what; the same limits for every way a request comes. */
export { FRAME_LIMIT, RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/limits.ts";
export {
  createFrameLimit,
  createRateLimits,
  type RateLimits,
} from "#pam/rate-limits/rate-limits.ts";
export type { SharedWindow } from "#pam/rate-limits/shared-window.ts";
