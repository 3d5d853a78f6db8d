/** How often a user may do what; the same limits for every way a request comes. */
export { FRAME_LIMIT, RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/limits.ts";
export { createRateLimits, type RateLimits } from "#pam/rate-limits/rate-limits.ts";
export { createFrameLimit, type SharedWindow } from "#pam/rate-limits/shared-window.ts";
export { createSlidingWindow } from "#pam/rate-limits/sliding-window.ts";
