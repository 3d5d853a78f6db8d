import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { count, exactList, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);

const limiter = z.strictObject({
  max_requests: count,
  window_seconds: count,
  active_users: count,
  total_active_requests: count,
  cleanup_interval: count,
  last_cleanup: z.number().describe("Epoch seconds"),
});

const leave = z.strictObject({
  max_requests: count,
  window_seconds: count,
  used: count,
  remaining: count,
  reset_in_seconds: count.describe("Until the oldest request no longer counts; 0 where none does"),
});

const securityAuditAnswer = z.strictObject({
  security_status: z.strictObject({
    blocked_ips_count: count,
    suspicious_activity_events: count,
    total_security_events: count,
    most_common_violations: z.record(z.string(), count).describe("`<user>:<event>`, ten at most"),
  }),
  validation_system: z.strictObject({
    models_active: exactList("SecureChatRequest", "SecureWebSocketMessage"),
    sanitization_enabled: yes,
    suspicious_pattern_count: z.literal(8),
    auto_blocking_enabled: yes,
    block_threshold: z.literal(5),
  }),
  rate_limiting: z.strictObject({
    websocket_rate_limit: z.literal("60 messages/minute"),
    rest_api_rate_limit: z.literal("30 requests/minute"),
    voice_synthesis_limit: z.literal("10 requests/minute"),
    feedback_limit: z.literal("5 submissions/minute"),
    auth_limit: z.literal("5 attempts per 5 minutes"),
    active_limiters: z.strictObject({
      websocket: limiter,
      rest_api: limiter,
      voice_synthesis: limiter,
      feedback: limiter,
      auth: limiter,
      heavy_operations: limiter,
    }),
  }),
  middleware_health: z.strictObject({
    security_middleware_active: yes,
    input_validation_active: yes,
    content_sanitization_active: yes,
    pattern_detection_active: yes,
    message_size_validation_active: yes,
  }),
  message_size_limits: z.strictObject({
    websocket_text: z.literal("64KB (65,536 bytes)"),
    websocket_json: z.literal("128KB (131,072 bytes)"),
    rest_api_chat: z.literal("32KB (32,768 bytes)"),
    voice_synthesis: z.literal("10KB (10,240 bytes) / 2K characters"),
    feedback: z.literal("4KB (4,096 bytes) / 1K characters"),
    context_data: z.literal("16KB (16,384 bytes) / 2K characters"),
  }),
  timestamp: naiveTimestamp,
});

export const securityAudit = defineRouteContract({
  id: "security.audit",
  method: "GET",
  path: "/api/v1/pam/security/audit",
  summary: "Read the state of the security measures",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        securityAuditAnswer,
        "To any user; natively the violations of other users to administrators only",
      ),
    ],
    401: UNAUTHORIZED,
  },
});

export const securityReset = defineRouteContract({
  id: "security.reset",
  method: "POST",
  path: "/api/v1/pam/security/reset",
  summary: "Set the violation counters back",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          message: z.literal("Security counters reset"),
          timestamp: naiveTimestamp,
        }),
        "The violations of all users are forgotten",
        { side: "native" },
      ),
    ],
    401: UNAUTHORIZED,
    403: [
      detail("Administrator access required", "The caller is no administrator", {
        side: "native",
      }),
    ],
  },
});

export const securityRateLimits = defineRouteContract({
  id: "security.rate-limits",
  method: "GET",
  path: "/api/v1/pam/rate-limits/status",
  summary: "Read what is left of the caller's limits",
  auth: "bearer-with-profile",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          success: yes,
          user_id: z.string(),
          rate_limits: z.strictObject({
            websocket: leave,
            rest_api: leave,
            voice_synthesis: leave,
            feedback: leave,
            auth: leave,
            heavy_operations: leave,
          }),
          timestamp: naiveTimestamp,
        }),
        "The caller's limits",
        { side: "native" },
      ),
    ],
    401: UNAUTHORIZED,
  },
});
