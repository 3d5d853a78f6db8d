import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import {
  BYTE_LIMITS,
  CHARACTER_LIMITS,
  FIELD_LIMITS,
  formatBytes,
  type MessageSizeFigures,
} from "#pam/message-size/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const MESSAGE_TYPE_LIMITS = Object.fromEntries(
  Object.entries(BYTE_LIMITS).map(([type, bytes]) => [
    type,
    { bytes_limit: bytes, formatted_limit: formatBytes(bytes) },
  ]),
);

/** The legacy's words. */
const VALIDATION_POLICIES = {
  websocket_messages: {
    text_limit: "64KB bytes",
    json_limit: "128KB bytes",
    character_limit: "10K characters",
    strict_validation: true,
  },
  rest_api_messages: {
    message_limit: "32KB bytes",
    character_limit: "5K characters",
    field_validation: true,
  },
  voice_synthesis: {
    text_limit: "10KB bytes",
    character_limit: "2K characters",
    optimized_for_tts: true,
  },
  feedback_submissions: {
    message_limit: "4KB bytes",
    character_limit: "1K characters",
    spam_prevention: true,
  },
} as const;

const SECURITY_INTEGRATION = {
  size_violation_tracking: true,
  automatic_blocking: true,
  security_event_logging: true,
  connection_termination: true,
} as const;

function toStatistics(figures: MessageSizeFigures): object {
  const { validations, sizeViolations, fieldViolations, largestBytes } = figures;
  const rate = validations === 0 ? 0 : ((sizeViolations + fieldViolations) / validations) * 100;
  return {
    total_validations: validations,
    size_violations: sizeViolations,
    field_violations: fieldViolations,
    largest_message_seen: { bytes: largestBytes, formatted: formatBytes(largestBytes) },
    violation_rate: `${rate.toFixed(1)}%`,
  };
}

/** `GET /api/v1/pam/message-size/status`: the size limits and how often this process met them. */
export function createMessageSizeStatus({
  authenticator,
  clock,
  messageSizes,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    await authenticator.verifyHeader(request.headers.authorization);
    sendJson(response, 200, {
      success: true,
      validation_statistics: toStatistics(messageSizes.read()),
      message_type_limits: MESSAGE_TYPE_LIMITS,
      character_limits: CHARACTER_LIMITS,
      field_limits: FIELD_LIMITS,
      validation_policies: VALIDATION_POLICIES,
      security_integration: SECURITY_INTEGRATION,
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
