/** The kinds of event that the legacy's log knows. Rows of other writers may have further ones. */
export const EVENT_TYPES = [
  "api_request",
  "api_response",
  "websocket_connect",
  "websocket_disconnect",
  "websocket_message",
  "ai_request",
  "ai_response",
  "security_event",
  "rate_limit_violation",
  "message_size_violation",
  "authentication_event",
  "tts_request",
  "tts_error",
  "database_operation",
  "performance_alert",
  "circuit_breaker_event",
  "error_recovery",
  "user_action",
  "system_health",
] as const;

export const SEVERITY_LEVELS = [
  "debug",
  "info",
  "warning",
  "error",
  "critical",
  "security",
  "performance",
] as const;
