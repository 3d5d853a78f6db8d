/**
 * How the legacy lets a caller in. `jwt`: an `Authorization` header is needed and its token must decode;
 * `bearer`: the same, with answers of its own and expiry always checked; `open`: whoever calls; `local`: a
 * token of the legacy's own making, which no client has.
 */
export type LegacyAuth = "jwt" | "bearer" | "open" | "local";

/** What a body must be; `optional-model` may also be absent. `none`: a body is not read. */
export type LegacyBody = "none" | "model" | "optional-model" | "object" | "array";

export interface LegacyRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "WS";
  /** Starlette's template: literal segments and `{parameter}` segments. */
  readonly path: string;
  readonly auth: LegacyAuth;
  readonly body: LegacyBody;
}

type Row = readonly [
  method: LegacyRoute["method"],
  path: string,
  auth?: LegacyAuth,
  body?: LegacyBody,
];

const PAM: readonly Row[] = [
  ["WS", "/ws/{user_id}", "jwt"],
  ["POST", "/chat", "jwt", "model"],
  ["GET", "/history", "jwt"],
  ["DELETE", "/history", "jwt"],
  ["GET", "/context", "jwt"],
  ["PUT", "/context", "jwt", "model"],
  ["POST", "/feedback", "jwt", "model"],
  ["POST", "/v1/pam/feedback", "jwt", "model"],
  ["GET", "/health"],
  ["OPTIONS", "/voice"],
  ["GET", "/simple-service-status"],
  ["POST", "/simple-service-test", "open", "object"],
  ["POST", "/profile-integration-test", "open", "object"],
  ["POST", "/debug/test-unimog-profile"],
  ["POST", "/debug/profile-integration-debug", "bearer"],
  ["GET", "/tts-debug"],
  ["GET", "/voice-mapping-test"],
  ["POST", "/voice-test"],
  ["POST", "/voice", "open", "model"],
  ["GET", "/monthly-savings", "jwt"],
  ["GET", "/savings-analytics", "jwt"],
  ["POST", "/savings/record", "jwt", "model"],
  ["GET", "/savings/monthly-summary", "jwt"],
  ["GET", "/savings/guarantee-status", "jwt"],
  ["POST", "/recommendations/with-savings-prediction", "jwt", "model"],
  ["POST", "/savings/detect", "jwt", "model"],
  ["GET", "/savings/recent", "jwt"],
  ["GET", "/logs/status", "jwt"],
  ["GET", "/logs/events/recent", "jwt"],
  ["GET", "/logs/analytics", "jwt"],
  ["POST", "/logs/search", "jwt"],
  ["POST", "/logs/export", "jwt"],
  ["GET", "/cache/status", "jwt"],
  ["POST", "/cache/invalidate", "jwt"],
  ["POST", "/cache/warm", "jwt", "array"],
  ["POST", "/cache/clear", "jwt"],
  ["GET", "/cache/analytics", "jwt"],
  ["GET", "/security/audit", "jwt"],
  ["POST", "/security/reset", "jwt"],
  ["GET", "/rate-limits/status", "jwt"],
  ["GET", "/message-size/status", "jwt"],
  ["POST", "/message-size/validate", "jwt", "object"],
  ["POST", "/agentic/plan", "jwt", "object"],
  ["POST", "/agentic/execute", "jwt", "object"],
  ["GET", "/agentic/capabilities", "jwt"],
  ["GET", "/debug", "jwt"],
  ["POST", "/internal/notify-timer", "open", "model"],
  ["POST", "/internal/dismiss-timer"],
  ["POST", "/voice-hybrid/create-session", "jwt", "optional-model"],
  ["POST", "/voice-hybrid/execute-tool", "jwt", "model"],
  ["GET", "/voice-hybrid/health"],
  ["WS", "/voice-hybrid/bridge/{user_id}"],
  ["GET", "/savings/monthly", "jwt"],
  ["GET", "/savings/events", "jwt"],
  ["GET", "/savings/celebrate", "jwt"],
  ["GET", "/voice/health"],
  ["POST", "/voice/test", "jwt"],
];

const TTS: readonly Row[] = [
  ["POST", "/synthesize", "jwt", "model"],
  ["POST", "/synthesize/stream", "jwt", "model"],
  ["POST", "/voices/preference", "jwt", "model"],
  ["POST", "/voices/rate", "jwt", "model"],
  ["POST", "/recovery/trigger", "jwt", "optional-model"],
  ["POST", "/recovery/test_error", "jwt", "object"],
  ["POST", "/cache/clear", "jwt"],
  ["GET", "/voices", "jwt"],
  ["GET", "/analytics", "jwt"],
  ["GET", "/quality/report", "jwt"],
  ["GET", "/status"],
  ["GET", "/health"],
  ["GET", "/test"],
];

const VOICE: readonly Row[] = [
  ["POST", "", "open", "model"],
  ["POST", "/start", "local", "model"],
  ["POST", "/input/{session_id}", "local"],
  ["POST", "/proactive/{session_id}", "local", "model"],
  ["PUT", "/status/{session_id}", "local"],
  ["DELETE", "/end/{session_id}", "local"],
  ["GET", "/status/{session_id}", "local"],
  ["GET", "/health"],
  ["GET", "/sessions"],
  ["POST", "/test-streaming"],
  ["GET", "/tts/status"],
  ["GET", "/tts/voices"],
  ["GET", "/tts/engines"],
  ["GET", "/stt/status"],
  ["POST", "/tts/test", "open", "model"],
  ["POST", "/pipeline/test"],
  ["WS", "/stream/{session_id}"],
  ["WS", "/stream"],
];

const toRoutes = (prefix: string, rows: readonly Row[]): readonly LegacyRoute[] =>
  rows.map(([method, path, auth = "open", body = "none"]) => ({
    method,
    path: prefix + path,
    auth,
    body,
  }));

/** What the legacy routes, in its order of registration: there the first row that fits a path wins. */
export const LEGACY_ROUTES: readonly LegacyRoute[] = [
  ...toRoutes("/api/v1/pam", PAM),
  ...toRoutes("/api/v1/tts", TTS),
  ...toRoutes("/api/v1/voice", VOICE),
  ...toRoutes("", [
    ["GET", "/"],
    ["GET", "/health"],
    ["GET", "/api/redoc"],
  ]),
];
