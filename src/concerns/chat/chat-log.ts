import type { ChatMessage } from "#concerns/chat/read-message.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";

export interface LoggedChat {
  readonly requestId: string;
  readonly userId: string;
  readonly conversationId: string;
  /** By which feedback names the answer. */
  readonly messageId: string;
  readonly message: ChatMessage;
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** In code points or so: of the text that was answered. */
  readonly responseLength: number;
  readonly actionTypes: readonly string[];
  readonly isCached: boolean;
  /** Why there is no proper answer, where there is none. */
  readonly failure: string | undefined;
}

type Logging = Pick<ConcernDependencies, "database" | "clock" | "logger" | "privacyOf">;

const ENDPOINT = "/api/v1/pam/chat";
/** Chats that wait to be written down; beyond them none is. */
const MAX_WAITING = 1_000;

/**
 * Writes the legacy's two rows of a chat, what the user sent and what they got, off the way of the answer. They hold
 * sizes and kinds, and no words of either. Who does not want it written down has none.
 */
export function createChatLog(dependencies: Logging): (chat: LoggedChat) => Promise<void> {
  const { privacyOf, logger } = dependencies;
  const auditLog = createAuditLog(dependencies);
  let waiting = 0;

  async function write(chat: LoggedChat): Promise<void> {
    const { userId, requestId, conversationId, message, startedAtMs, tookMs, failure } = chat;
    if (!(await privacyOf(userId)).mayCollect) return;
    const common = { userId, requestId, endpoint: ENDPOINT, sessionId: conversationId };
    await auditLog.recordAll([
      {
        ...common,
        eventType: "user_message",
        severity: "info",
        message: "A message of the user",
        atMs: startedAtMs,
        context: {
          message_length: message.message.length,
          context_fields: Object.keys(message.context).length,
          attachments: message.attachments.length,
          voice_input: message.voice_input,
        },
      },
      {
        ...common,
        eventType: "pam_response",
        severity: failure === undefined ? "info" : "error",
        message: failure === undefined ? "An answer of PAM" : "No proper answer of PAM",
        atMs: startedAtMs + tookMs,
        durationMs: tookMs,
        errorMessage: failure,
        context: {
          message_id: chat.messageId,
          response_length: chat.responseLength,
          actions: chat.actionTypes,
          cached_response: chat.isCached,
        },
      },
    ]);
  }

  return async (chat) => {
    if (waiting >= MAX_WAITING) {
      logger.warn({ requestId: chat.requestId }, "Too many chats wait to be written down");
      return;
    }
    waiting += 1;
    try {
      await write(chat);
    } finally {
      waiting -= 1;
    }
  };
}
