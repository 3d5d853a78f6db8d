import type { UiAction } from "#pam/turn/ui-actions.ts";
import { toNaiveUtc } from "#platform/clock.ts";

interface ErrorAction {
  readonly type: "error";
  readonly content: string;
}

/** What an answer says; the rest of its 14 keys follows from the request and the time. */
export interface Reply {
  readonly response: string;
  readonly actions: readonly (UiAction | ErrorAction)[];
  readonly contextUpdates: {
    readonly profile_used: "general";
    readonly cached_response: boolean;
  } | null;
  readonly processingTime: number;
}

export interface Frame {
  readonly conversationId: string;
  readonly messageId: string;
  readonly nowMs: number;
}

/** All 14 keys, always, in the legacy's order. Half of them are null on the legacy, too. */
export const toChatAnswer = (
  reply: Reply,
  { conversationId, messageId, nowMs }: Frame,
): object => ({
  response: reply.response,
  intent: null,
  confidence: null,
  suggestions: null,
  actions: reply.actions,
  requires_followup: null,
  context_updates: reply.contextUpdates,
  voice_enabled: null,
  conversation_id: conversationId,
  session_id: conversationId,
  message_id: messageId,
  processing_time_ms: reply.processingTime,
  timestamp: toNaiveUtc(nowMs),
  tokens_used: null,
});

/** By the first of its words that is in the message, in lower case; the last one is for all others. */
const FALLBACKS: readonly (readonly [words: readonly string[], text: string])[] = [
  [
    ["location", "where"],
    "I'm having trouble accessing location services right now. Could you be more specific about the area you're asking about?",
  ],
  [
    ["weather"],
    "I'd love to check the weather for you! Could you share your location or tell me which city you're interested in?",
  ],
  [
    ["route", "directions"],
    "I'm unable to provide routing information right now. You might want to use your GPS navigation app for directions.",
  ],
];
const LAST_FALLBACK =
  "AI service is temporarily unavailable. Core app features remain functional. Please try again shortly.";

/** A failure told as an answer: the legacy has no other way. Its time is in microseconds, there too. */
export function toFailedReply(message: string, content: string, tookMs: number): Reply {
  const lower = message.toLowerCase();
  const found = FALLBACKS.find(([words]) => words.some((word) => lower.includes(word)));
  return {
    response: found?.[1] ?? LAST_FALLBACK,
    actions: [{ type: "error", content }],
    contextUpdates: null,
    processingTime: Math.round(tookMs * 1_000),
  };
}
