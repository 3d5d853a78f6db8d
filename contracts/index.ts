import {
  agenticCapabilities,
  agenticExecute,
  agenticPlan,
} from "#contracts/agentic/agentic.contract.ts";
import {
  analyticsLogsExport,
  analyticsLogsSearch,
} from "#contracts/analytics/logs-search.contract.ts";
import {
  analyticsLogsAnalytics,
  analyticsLogsRecent,
  analyticsLogsStatus,
} from "#contracts/analytics/logs.contract.ts";
import {
  analyticsMonthlySavings,
  analyticsSavings,
} from "#contracts/analytics/monthly-savings.contract.ts";
import {
  analyticsGuaranteeStatus,
  analyticsMonthlySummary,
} from "#contracts/analytics/savings-periods.contract.ts";
import {
  analyticsSavingsCelebrate,
  analyticsSavingsEvents,
  analyticsSavingsMonthly,
  analyticsSavingsRecent,
} from "#contracts/analytics/savings-reads.contract.ts";
import {
  analyticsRecommendation,
  analyticsSavingsDetect,
  analyticsSavingsRecord,
} from "#contracts/analytics/savings-writes.contract.ts";
import { cacheAnalytics } from "#contracts/cache/cache-analytics.contract.ts";
import {
  cacheClear,
  cacheInvalidate,
  cacheStatus,
  cacheWarm,
} from "#contracts/cache/cache.contract.ts";
import { chatContext, chatContextUpdate } from "#contracts/chat/context.contract.ts";
import { chatFeedback, chatThumb } from "#contracts/chat/feedback.contract.ts";
import { chatHealth } from "#contracts/chat/health.contract.ts";
import { chatHistory, chatHistoryDelete } from "#contracts/chat/history.contract.ts";
import { chatSend } from "#contracts/chat/send.contract.ts";
import type { RouteContract, SocketContract } from "#contracts/contract.ts";
import {
  debugProfileIntegration,
  debugProfileTest,
  debugSimpleStatus,
  debugSimpleTest,
  debugStatus,
  debugUnimogProfile,
} from "#contracts/debug/debug.contract.ts";
import {
  debugVoiceStream,
  debugVoiceStreamSession,
} from "#contracts/debug/voice-stream.contract.ts";
import { securityMessageSizeValidate } from "#contracts/security/message-size-validate.contract.ts";
import { securityMessageSize } from "#contracts/security/message-size.contract.ts";
import {
  securityAudit,
  securityRateLimits,
  securityReset,
} from "#contracts/security/security.contract.ts";
import {
  ttsConversation,
  ttsConversationEnd,
  ttsConversationHealth,
  ttsConversationInput,
  ttsConversationProactive,
  ttsConversationSessions,
  ttsConversationStart,
  ttsConversationStatus,
  ttsConversationUpdate,
} from "#contracts/tts/conversation.contract.ts";
import {
  ttsEngineStatus,
  ttsEngineTest,
  ttsEngineVoices,
  ttsEngines,
  ttsPipelineTest,
  ttsStreamingTest,
  ttsSttStatus,
} from "#contracts/tts/engines.contract.ts";
import { ttsExecuteTool, ttsHybridHealth, ttsSession } from "#contracts/tts/hybrid.contract.ts";
import {
  ttsAnalytics,
  ttsHealth,
  ttsQualityReport,
  ttsStatus,
  ttsTest,
  ttsVoices,
} from "#contracts/tts/synthesis-reads.contract.ts";
import {
  ttsCacheClear,
  ttsPreference,
  ttsRate,
  ttsRecoveryTest,
  ttsRecoveryTrigger,
  ttsSynthesize,
  ttsSynthesizeStream,
} from "#contracts/tts/synthesis.contract.ts";
import {
  ttsVoiceHealth,
  ttsVoiceSample,
  ttsVoiceTest,
} from "#contracts/tts/voice-checks.contract.ts";
import { ttsDebug, ttsVoiceMapping } from "#contracts/tts/voice-tables.contract.ts";
import { ttsVoice, ttsVoiceOptions } from "#contracts/tts/voice.contract.ts";
import { wsBridge } from "#contracts/ws/bridge.contract.ts";
import { wsSocket } from "#contracts/ws/socket.contract.ts";
import { wsDismissTimer, wsNotifyTimer } from "#contracts/ws/timers.contract.ts";

/** What both sides of every REST route must meet: one line a route, in the order of the route table. */
export const ROUTE_CONTRACTS: readonly RouteContract[] = [
  chatSend,
  chatHistory,
  chatHistoryDelete,
  chatContext,
  chatContextUpdate,
  chatFeedback,
  chatThumb,
  chatHealth,
  ttsVoiceOptions,
  debugSimpleStatus,
  debugSimpleTest,
  debugProfileTest,
  debugUnimogProfile,
  debugProfileIntegration,
  ttsDebug,
  ttsVoiceMapping,
  ttsVoiceTest,
  ttsVoice,
  ttsVoiceHealth,
  ttsVoiceSample,
  ttsSession,
  ttsExecuteTool,
  ttsHybridHealth,
  analyticsMonthlySavings,
  analyticsSavings,
  analyticsSavingsRecord,
  analyticsMonthlySummary,
  analyticsGuaranteeStatus,
  analyticsRecommendation,
  analyticsSavingsDetect,
  analyticsSavingsRecent,
  analyticsSavingsMonthly,
  analyticsSavingsEvents,
  analyticsSavingsCelebrate,
  analyticsLogsStatus,
  analyticsLogsRecent,
  analyticsLogsAnalytics,
  analyticsLogsSearch,
  analyticsLogsExport,
  cacheStatus,
  cacheInvalidate,
  cacheWarm,
  cacheClear,
  cacheAnalytics,
  securityAudit,
  securityReset,
  securityRateLimits,
  securityMessageSize,
  securityMessageSizeValidate,
  agenticPlan,
  agenticExecute,
  agenticCapabilities,
  debugStatus,
  wsNotifyTimer,
  wsDismissTimer,
  ttsSynthesize,
  ttsSynthesizeStream,
  ttsPreference,
  ttsRate,
  ttsRecoveryTrigger,
  ttsRecoveryTest,
  ttsCacheClear,
  ttsVoices,
  ttsAnalytics,
  ttsQualityReport,
  ttsStatus,
  ttsHealth,
  ttsTest,
  ttsConversation,
  ttsConversationStart,
  ttsConversationInput,
  ttsConversationProactive,
  ttsConversationUpdate,
  ttsConversationEnd,
  ttsConversationStatus,
  ttsConversationHealth,
  ttsConversationSessions,
  ttsStreamingTest,
  ttsEngineStatus,
  ttsEngineVoices,
  ttsEngines,
  ttsSttStatus,
  ttsEngineTest,
  ttsPipelineTest,
];

/** The same for every WebSocket. */
export const SOCKET_CONTRACTS: readonly SocketContract[] = [
  wsSocket,
  wsBridge,
  debugVoiceStreamSession,
  debugVoiceStream,
];
