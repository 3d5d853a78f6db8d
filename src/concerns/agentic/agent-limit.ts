import type { ServerResponse } from "node:http";

import type { ConcernDependencies } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { logSecurityEvent } from "#pam/safety/middleware.ts";

/** True where the user may go on; otherwise they have their 429. */
export type AdmitGoal = (response: ServerResponse, userId: string) => Promise<boolean>;

/** Of planning and of executing each by itself. The legacy has no limit here, and nothing that costs anything. */
export function createAdmitGoal(
  limit: "agentic_plan" | "agentic_execute",
  { rateLimits, securityEvents }: Pick<ConcernDependencies, "rateLimits" | "securityEvents">,
): AdmitGoal {
  return async (response, userId) => {
    const { isAllowed, usage } = await rateLimits[limit].take(userId);
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
