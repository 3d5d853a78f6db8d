import { isAdministrator } from "#concerns/administrator.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { RATE_LIMITS, type RateLimitName, type RateLimits } from "#pam/rate-limits/index.ts";
import {
  VIOLATION_THRESHOLD,
  type ViolationCount,
} from "#pam/safety/violations/violation-store.ts";
import type { Principal } from "#platform/auth.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** Users and kinds of violation that one audit looks at. */
const MAX_COUNTS = 1_000;
const MAX_SHOWN = 10;

const SUSPICIOUS: ReadonlySet<string> = new Set(["SUSPICIOUS_MESSAGE", "REST_SUSPICIOUS_MESSAGE"]);

const sum = (counts: readonly ViolationCount[]): number =>
  counts.reduce((total, { count }) => total + count, 0);

/** No address is ever blocked natively. Who broke a rule is told to administrators, and to themselves. */
function toSecurityStatus(counts: readonly ViolationCount[], principal: Principal): object {
  const isShown = ({ userId }: ViolationCount): boolean =>
    isAdministrator(principal) || userId === principal.userId;
  const shown = counts.filter(isShown).slice(0, MAX_SHOWN);
  return {
    blocked_ips_count: 0,
    suspicious_activity_events: sum(counts.filter(({ event }) => SUSPICIOUS.has(event))),
    total_security_events: sum(counts),
    most_common_violations: Object.fromEntries(
      shown.map(({ userId, event, count }) => [`${userId}:${event}`, count]),
    ),
  };
}

const VALIDATION_SYSTEM = {
  models_active: ["SecureChatRequest", "SecureWebSocketMessage"],
  sanitization_enabled: true,
  suspicious_pattern_count: 8,
  auto_blocking_enabled: true,
  block_threshold: VIOLATION_THRESHOLD,
} as const;

const MIDDLEWARE_HEALTH = {
  security_middleware_active: true,
  input_validation_active: true,
  content_sanitization_active: true,
  pattern_detection_active: true,
  message_size_validation_active: true,
} as const;

const MESSAGE_SIZE_LIMITS = {
  websocket_text: "64KB (65,536 bytes)",
  websocket_json: "128KB (131,072 bytes)",
  rest_api_chat: "32KB (32,768 bytes)",
  voice_synthesis: "10KB (10,240 bytes) / 2K characters",
  feedback: "4KB (4,096 bytes) / 1K characters",
  context_data: "16KB (16,384 bytes) / 2K characters",
} as const;

const perMinute = (name: RateLimitName, what: string): string =>
  `${RATE_LIMITS[name].maxRequests} ${what}/minute`;

/** Reading a limiter is what drops the idle from it, so that its last cleanup is always now. */
function toRateLimiting(rateLimits: RateLimits, nowSeconds: number): object {
  const limiter = (name: RateLimitName): object => {
    const { keys, uses } = rateLimits[name].activity();
    const { maxRequests, windowSeconds } = RATE_LIMITS[name];
    return {
      max_requests: maxRequests,
      window_seconds: windowSeconds,
      active_users: keys,
      total_active_requests: uses,
      cleanup_interval: 300,
      last_cleanup: nowSeconds,
    };
  };
  return {
    websocket_rate_limit: perMinute("websocket", "messages"),
    rest_api_rate_limit: perMinute("rest_api", "requests"),
    voice_synthesis_limit: perMinute("voice_synthesis", "requests"),
    feedback_limit: perMinute("feedback", "submissions"),
    auth_limit: `${RATE_LIMITS.auth.maxRequests} attempts per ${RATE_LIMITS.auth.windowSeconds / 60} minutes`,
    active_limiters: {
      websocket: limiter("websocket"),
      rest_api: limiter("rest_api"),
      voice_synthesis: limiter("voice_synthesis"),
      feedback: limiter("feedback"),
      auth: limiter("auth"),
      heavy_operations: limiter("heavy_operations"),
    },
  };
}

/** `GET /api/v1/pam/security/audit`: the state of the security measures, for any caller with a valid token. */
export function createAudit({
  authenticator,
  clock,
  violations,
  rateLimits,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const principal = await authenticator.verifyHeader(request.headers.authorization);
    const counts = await violations.top(MAX_COUNTS);
    const nowMs = clock.now();
    sendJson(response, 200, {
      security_status: toSecurityStatus(counts, principal),
      validation_system: VALIDATION_SYSTEM,
      rate_limiting: toRateLimiting(rateLimits, nowMs / 1_000),
      middleware_health: MIDDLEWARE_HEALTH,
      message_size_limits: MESSAGE_SIZE_LIMITS,
      timestamp: toNaiveUtc(nowMs),
    });
  };
}
