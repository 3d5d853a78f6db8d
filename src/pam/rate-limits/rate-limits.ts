import { FRAME_LIMIT, RATE_LIMITS, type RateLimitName } from "#pam/rate-limits/limits.ts";
import {
  createSharedWindow,
  type SharedWindow,
  type SharedWindowOptions,
} from "#pam/rate-limits/shared-window.ts";

/** The limits of all surfaces: who limits and who reports look at the same counts. */
export type RateLimits = Readonly<Record<RateLimitName, SharedWindow>>;

type Shared = Pick<SharedWindowOptions, "redis" | "clock">;

/** Among all instances where there is Redis; the legacy counts in each process. */
export function createRateLimits(shared: Shared): RateLimits {
  const create = (name: RateLimitName): SharedWindow =>
    createSharedWindow({ ...shared, name, limit: RATE_LIMITS[name] });
  return {
    websocket: create("websocket"),
    rest_api: create("rest_api"),
    voice_synthesis: create("voice_synthesis"),
    feedback: create("feedback"),
    auth: create("auth"),
    heavy_operations: create("heavy_operations"),
    agentic_plan: create("agentic_plan"),
    agentic_execute: create("agentic_execute"),
  };
}

/** The limit of all frames of a user, whichever instance gets them. */
export const createFrameLimit = (shared: Shared): SharedWindow =>
  createSharedWindow({ ...shared, name: "frames", limit: FRAME_LIMIT });
