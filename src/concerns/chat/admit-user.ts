import type { ServerResponse } from "node:http";

import type { ConcernDependencies } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import type { RateLimitName } from "#pam/rate-limits/index.ts";
import { logSecurityEvent } from "#pam/safety/middleware.ts";
import { isOverThreshold } from "#pam/safety/violations/violation-store.ts";
import { AppError } from "#platform/errors.ts";

/** 429 of a user who has used a limit up for so long. */
export function refuseFrequent(
  response: ServerResponse,
  limit: RateLimitName,
  resetMs: number,
): void {
  // Whole seconds that have still to pass, as the legacy counts them; but never "in 0 seconds".
  const retryAfterSeconds = Math.max(1, Math.floor(resetMs / 1_000));
  response.setHeader("retry-after", String(retryAfterSeconds));
  sendJson(response, 429, {
    detail: {
      error: "Rate limit exceeded",
      message: `Too many requests. Try again in ${retryAfterSeconds} seconds.`,
      rate_limit_info: {
        remaining: 0,
        reset_in_seconds: retryAfterSeconds,
        limit_type: limit,
      },
    },
  });
}

type Guards = Pick<ConcernDependencies, "rateLimits" | "violations" | "securityEvents">;

/**
 * True where the user may chat now. Otherwise they have their 429; from the fifth time on it is a 403, which is thrown.
 */
export async function admitUser(
  response: ServerResponse,
  userId: string,
  { rateLimits, violations, securityEvents }: Guards,
): Promise<boolean> {
  const { isAllowed, usage } = await rateLimits.rest_api.take(userId);
  if (isAllowed) return true;
  const name = "REST_RATE_LIMIT_VIOLATION";
  const reason = "More requests than the limit";
  logSecurityEvent({ name, userId, check: "rate-limit", reason }, securityEvents);
  if (isOverThreshold(await violations.record(userId, name))) {
    const detail = "Access denied due to repeated rate limit violations";
    throw new AppError("FORBIDDEN", undefined, { detail });
  }
  refuseFrequent(response, "rest_api", usage.resetMs);
  return false;
}
