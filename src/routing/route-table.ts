import { CONCERNS, type ConcernName } from "#concerns/index.ts";
import type { Route, RouteTimeouts } from "#routing/route.ts";

type Row = readonly [
  id: `${ConcernName | "debug"}.${string}`,
  method: Route["method"],
  path: `/${string}`,
  effect: Route["effect"],
  more?: Partial<RouteTimeouts> & Pick<Route, "conversation"> & { readonly streams?: true },
];

/**
 * The map of the migration: one row for every route that the legacy serves under its PAM, TTS and voice
 * prefixes, in the legacy's order of registration, because the first match wins there. A path without a
 * row goes to the legacy, always. An id is `<concern>.<name>`; `debug.*` rows stay legacy for ever.
 */
const ROWS: readonly Row[] = [
  // A socket's answer to the handshake comes at once; its life has no bound.
  ["ws.socket", "WS", "/api/v1/pam/ws/{user_id}", "write", { conversation: "chat-socket" }],
  [
    "ws.bridge",
    "WS",
    "/api/v1/pam/voice-hybrid/bridge/{user_id}",
    "write",
    { conversation: "voice-bridge" },
  ],

  // The legacy puts no bound on an AI turn: three attempts at a provider take up to two minutes.
  [
    "chat.send",
    "POST",
    "/api/v1/pam/chat",
    "write",
    { firstByteMs: 120_000, conversation: "chat" },
  ],
  ["chat.history", "GET", "/api/v1/pam/history", "read"],
  ["chat.history-delete", "DELETE", "/api/v1/pam/history", "write"],
  ["chat.context", "GET", "/api/v1/pam/context", "read"],
  ["chat.context-update", "PUT", "/api/v1/pam/context", "write"],
  ["chat.feedback", "POST", "/api/v1/pam/feedback", "write"],
  // The doubled prefix is the legacy's own; clients call it as it is.
  ["chat.thumb", "POST", "/api/v1/pam/v1/pam/feedback", "write"],
  ["chat.health", "GET", "/api/v1/pam/health", "read"],

  ["tts.voice-options", "OPTIONS", "/api/v1/pam/voice", "read"],
  ["debug.simple-status", "GET", "/api/v1/pam/simple-service-status", "read"],
  ["debug.simple-test", "POST", "/api/v1/pam/simple-service-test", "read"],
  ["debug.profile-test", "POST", "/api/v1/pam/profile-integration-test", "read"],
  ["debug.unimog-profile", "POST", "/api/v1/pam/debug/test-unimog-profile", "read"],
  ["debug.profile-integration", "POST", "/api/v1/pam/debug/profile-integration-debug", "read"],
  ["tts.debug", "GET", "/api/v1/pam/tts-debug", "read"],
  ["tts.voice-mapping", "GET", "/api/v1/pam/voice-mapping-test", "read"],
  // Four engines in turn, 30 s for the slowest of them.
  ["tts.voice-test", "POST", "/api/v1/pam/voice-test", "write", { firstByteMs: 90_000 }],
  ["tts.voice", "POST", "/api/v1/pam/voice", "write", { firstByteMs: 90_000 }],
  ["tts.voice-health", "GET", "/api/v1/pam/voice/health", "read"],
  ["tts.voice-sample", "POST", "/api/v1/pam/voice/test", "write", { firstByteMs: 90_000 }],
  ["tts.session", "POST", "/api/v1/pam/voice-hybrid/create-session", "write"],
  ["tts.execute-tool", "POST", "/api/v1/pam/voice-hybrid/execute-tool", "write"],
  ["tts.hybrid-health", "GET", "/api/v1/pam/voice-hybrid/health", "read"],

  ["analytics.monthly-savings", "GET", "/api/v1/pam/monthly-savings", "read"],
  ["analytics.savings", "GET", "/api/v1/pam/savings-analytics", "read"],
  ["analytics.savings-record", "POST", "/api/v1/pam/savings/record", "write"],
  // A read by its method, but the legacy upserts the month's row where it is missing.
  ["analytics.monthly-summary", "GET", "/api/v1/pam/savings/monthly-summary", "write"],
  ["analytics.guarantee-status", "GET", "/api/v1/pam/savings/guarantee-status", "write"],
  [
    "analytics.recommendation",
    "POST",
    "/api/v1/pam/recommendations/with-savings-prediction",
    "write",
  ],
  ["analytics.savings-detect", "POST", "/api/v1/pam/savings/detect", "write"],
  ["analytics.savings-recent", "GET", "/api/v1/pam/savings/recent", "read"],
  ["analytics.savings-monthly", "GET", "/api/v1/pam/savings/monthly", "read"],
  ["analytics.savings-events", "GET", "/api/v1/pam/savings/events", "read"],
  ["analytics.savings-celebrate", "GET", "/api/v1/pam/savings/celebrate", "read"],
  ["analytics.logs-status", "GET", "/api/v1/pam/logs/status", "read"],
  ["analytics.logs-recent", "GET", "/api/v1/pam/logs/events/recent", "read"],
  ["analytics.logs-analytics", "GET", "/api/v1/pam/logs/analytics", "read"],
  ["analytics.logs-search", "POST", "/api/v1/pam/logs/search", "read"],
  ["analytics.logs-export", "POST", "/api/v1/pam/logs/export", "read"],

  ["cache.status", "GET", "/api/v1/pam/cache/status", "read"],
  ["cache.invalidate", "POST", "/api/v1/pam/cache/invalidate", "write"],
  ["cache.warm", "POST", "/api/v1/pam/cache/warm", "write"],
  ["cache.clear", "POST", "/api/v1/pam/cache/clear", "write"],
  ["cache.analytics", "GET", "/api/v1/pam/cache/analytics", "read"],

  ["security.audit", "GET", "/api/v1/pam/security/audit", "read"],
  ["security.reset", "POST", "/api/v1/pam/security/reset", "write"],
  ["security.rate-limits", "GET", "/api/v1/pam/rate-limits/status", "read"],
  ["security.message-size", "GET", "/api/v1/pam/message-size/status", "read"],
  ["security.message-size-validate", "POST", "/api/v1/pam/message-size/validate", "read"],

  ["agentic.plan", "POST", "/api/v1/pam/agentic/plan", "write", { firstByteMs: 120_000 }],
  ["agentic.execute", "POST", "/api/v1/pam/agentic/execute", "write", { firstByteMs: 120_000 }],
  ["agentic.capabilities", "GET", "/api/v1/pam/agentic/capabilities", "read"],

  ["debug.status", "GET", "/api/v1/pam/debug", "read"],
  ["ws.notify-timer", "POST", "/api/v1/pam/internal/notify-timer", "write"],
  ["ws.dismiss-timer", "POST", "/api/v1/pam/internal/dismiss-timer", "write"],

  ["tts.synthesize", "POST", "/api/v1/tts/synthesize", "write"],
  ["tts.synthesize-stream", "POST", "/api/v1/tts/synthesize/stream", "write", { streams: true }],
  ["tts.preference", "POST", "/api/v1/tts/voices/preference", "write"],
  ["tts.rate", "POST", "/api/v1/tts/voices/rate", "write"],
  ["tts.recovery-trigger", "POST", "/api/v1/tts/recovery/trigger", "write"],
  ["tts.recovery-test", "POST", "/api/v1/tts/recovery/test_error", "write"],
  ["tts.cache-clear", "POST", "/api/v1/tts/cache/clear", "write"],
  ["tts.voices", "GET", "/api/v1/tts/voices", "read"],
  ["tts.analytics", "GET", "/api/v1/tts/analytics", "read"],
  ["tts.quality-report", "GET", "/api/v1/tts/quality/report", "read"],
  ["tts.status", "GET", "/api/v1/tts/status", "read"],
  ["tts.health", "GET", "/api/v1/tts/health", "read"],
  ["tts.test", "GET", "/api/v1/tts/test", "read"],

  ["tts.conversation", "POST", "/api/v1/voice", "write", { firstByteMs: 120_000 }],
  ["tts.conversation-start", "POST", "/api/v1/voice/start", "write"],
  ["tts.conversation-input", "POST", "/api/v1/voice/input/{session_id}", "write"],
  ["tts.conversation-proactive", "POST", "/api/v1/voice/proactive/{session_id}", "write"],
  ["tts.conversation-update", "PUT", "/api/v1/voice/status/{session_id}", "write"],
  ["tts.conversation-end", "DELETE", "/api/v1/voice/end/{session_id}", "write"],
  ["tts.conversation-status", "GET", "/api/v1/voice/status/{session_id}", "read"],
  ["tts.conversation-health", "GET", "/api/v1/voice/health", "read"],
  ["tts.conversation-sessions", "GET", "/api/v1/voice/sessions", "read"],
  ["tts.streaming-test", "POST", "/api/v1/voice/test-streaming", "write"],
  ["tts.engine-status", "GET", "/api/v1/voice/tts/status", "read"],
  ["tts.engine-voices", "GET", "/api/v1/voice/tts/voices", "read"],
  ["tts.engines", "GET", "/api/v1/voice/tts/engines", "read"],
  ["tts.stt-status", "GET", "/api/v1/voice/stt/status", "read"],
  ["tts.engine-test", "POST", "/api/v1/voice/tts/test", "write"],
  ["tts.pipeline-test", "POST", "/api/v1/voice/pipeline/test", "write"],
  ["debug.voice-stream-session", "WS", "/api/v1/voice/stream/{session_id}", "write"],
  ["debug.voice-stream", "WS", "/api/v1/voice/stream", "write"],
];

const isConcern = (name: string): name is ConcernName =>
  CONCERNS.some((concern) => concern.name === name);

function toRoute([id, method, path, effect, more = {}]: Row): Route {
  const { streams = false, conversation, ...timeouts } = more;
  const prefix = id.slice(0, id.indexOf("."));
  const concern = isConcern(prefix) ? prefix : "legacy-only";
  return {
    id,
    method,
    path,
    concern,
    effect,
    streams: streams || method === "WS",
    timeouts,
    conversation,
  };
}

export const ROUTE_TABLE: readonly Route[] = ROWS.map(toRoute);
