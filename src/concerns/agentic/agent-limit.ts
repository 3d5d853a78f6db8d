import type { ServerResponse } from "node:http";

import type { ConcernDependencies } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { createSlidingWindow, RATE_LIMITS } from "#pam/rate-limits/index.ts";
import { logSecurityEvent } from "#pam/safety/middleware.ts";

/** True where the user may go on; otherwise they have their 429. */
export type AdmitGoal = (response: ServerResponse, userId: string) => boolean;

/**
 * As many requests as a chat may have messages, for each route by itself: they cost calls of a model. The legacy has
 * no limit here, and nothing that costs anything.
 */
export function createAdmitGoal({
  clock,
  securityEvents,
}: Pick<ConcernDependencies, "clock" | "securityEvents">): AdmitGoal {
  const { maxRequests, windowSeconds } = RATE_LIMITS.rest_api;
  const goals = createSlidingWindow({
    maxUses: maxRequests,
    windowMs: windowSeconds * 1_000,
    clock,
  });
  return (response, userId) => {
    const { isAllowed, usage } = goals.take(userId);
    if (isAllowed) return true;
    const seconds = Math.max(1, Math.ceil(usage.resetMs / 1_000));
    logSecurityEvent(
      {
        name: "REST_RATE_LIMIT_VIOLATION",
        userId,
        check: "rate-limit",
        reason: "More goals than the limit",
      },
      securityEvents,
    );
    response.setHeader("retry-after", String(seconds));
    sendJson(response, 429, {
      detail: {
        error: "Rate limit exceeded",
        message: `Too many requests. Try again in ${seconds} seconds.`,
        rate_limit_info: { remaining: 0, reset_in_seconds: seconds, limit_type: "rest_api" },
      },
    });
    return false;
  };
}
