/*
 * What `banyan/client` gives to programs outside. It stands on `fetch`, `WebSocket` and `AbortSignal`, and reaches
 * nothing of Node: it runs in browsers, in Deno and in Node as it is.
 */
export type { OnWarning, Pam2ChatRequest } from "./chat/chat-request.ts";
export type { Pam2ChatResponse, UIAction } from "./chat/chat-response.ts";
export type {
  PamContextError,
  PamContextIssue,
  PamContextWarning,
} from "./context/context-issue.ts";
export type {
  PamContext,
  PamContextGroup,
  PamContextInput,
  PamContextScalar,
  UserLocationContext,
} from "./context/pam-context.ts";
export {
  repairPamContext,
  type PamContextRepair,
  type RepairedPamContext,
} from "./context/repair-pam-context.ts";
export { validatePamContext, type PamContextValidation } from "./context/validate-pam-context.ts";
export {
  createWarningCollector,
  type WarningCollector,
  type WarningCollectorOptions,
  type WarningGroup,
} from "./context/warning-collector.ts";
export {
  PamClientError,
  type PamFailure,
  type PamFailureKind,
  type Refusal,
  type RequestIssue,
} from "./pam-client-error.ts";
export type {
  ClientFetch,
  ClientScheduler,
  ClientWebSocket,
  ClientWebSocketConstructor,
  GetToken,
  TokenRequest,
} from "./ports.ts";
export { createPamClient, type PamClientOptions } from "./rest/create-pam-client.ts";
export type {
  CallOptions,
  Pam2HealthResponse,
  PamClient,
  PamFeedback,
  PamGuaranteeStatus,
  PamHistory,
  PamHistoryPage,
  PamSavings,
  PamSpeech,
  PamTimer,
  PamVoiceRequest,
} from "./rest/pam-client.ts";
export { openPamSocket } from "./socket/open-pam-socket.ts";
export type {
  AskOptions,
  PamSocket,
  PamSocketEvent,
  PamSocketOptions,
  PamSocketState,
} from "./socket/pam-socket.ts";
export type { OtherFrame, PamProactiveAlert, PamTimerExpired } from "./socket/server-frame.ts";
export { SOCKET_POLICY, type SocketPolicy } from "./socket/socket-policy.ts";
