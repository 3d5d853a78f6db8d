import type { ConcernDependencies } from "#concerns/concern.ts";
import { lastOf } from "#concerns/ws/chat/answer-chat.ts";
import type { AskAssistant, Asking } from "#concerns/ws/chat/ask-assistant.ts";
import { toLimitSentence } from "#concerns/ws/frames/errors.ts";
import { type Frame, MAX_FRAME_BYTES, readFrame } from "#concerns/ws/frames/inbound.ts";
import { FrameQueue } from "#concerns/ws/wire/frame-queue.ts";
import type { Keepalive, KeptSocket } from "#concerns/ws/wire/keepalive.ts";
import type { Conversation, SocketLine } from "#concerns/ws/wire/socket-line.ts";
import { supervisorRequest, userMessage } from "#contracts/ws/bridge.contract.ts";
import {
  logSecurityEvent,
  MessageRefused,
  type SecureWebSocketMessage,
  validateAndSanitizeMessage,
} from "#pam/safety/middleware.ts";
import type { TurnLast } from "#pam/turn-event.ts";
import { ERROR_TEXTS, NOTHING_SAID } from "#pam/turn/texts.ts";
import { toMessage } from "#platform/errors.ts";

export interface BridgeParts extends Pick<
  ConcernDependencies,
  "logger" | "rateLimits" | "safetyProfileOf" | "securityEvents" | "socketFigures" | "violations"
> {
  readonly ask: AskAssistant;
  readonly keepalive: Keepalive;
}

type Answer = Pick<TurnLast, "text" | "uiActions">;

/** In code points. The legacy has no bound here; the assistant's own socket has this one. */
const MAX_TEXT_LENGTH = 2_000;

const say = (text: string): Answer => ({ text, uiActions: [] });

const cut = (text: string): string =>
  Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH))
    .slice(0, MAX_TEXT_LENGTH)
    .join("")
    .toWellFormed();

/** One conversation of a realtime voice model with the assistant, on behalf of its user. */
export class BridgeConversation implements Conversation {
  readonly #userId: string;
  readonly #line: SocketLine;
  readonly #parts: BridgeParts;
  readonly #queue: FrameQueue;
  readonly #kept: KeptSocket;
  #asking: Asking | undefined;

  constructor(userId: string, line: SocketLine, parts: BridgeParts) {
    this.#userId = userId;
    this.#line = line;
    this.#parts = parts;
    this.#queue = new FrameQueue({
      source: line,
      handle: async (raw) => this.#handle(raw),
      onIdle: () => {},
    });
    parts.socketFigures.open.bridge.add(1);
    this.#kept = parts.keepalive.keep(line);
  }

  text(raw: Buffer): void {
    this.#queue.push(raw);
  }

  binary(): void {
    this.#endUnreadable();
  }

  pong(): void {
    this.#kept.protocolPong();
  }

  async settled(): Promise<void> {
    this.#queue.clear();
    return this.#queue.settled();
  }

  ended(): void {
    this.#queue.clear();
    this.#parts.keepalive.leave(this.#kept);
    this.#parts.socketFigures.open.bridge.add(-1);
    this.#asking?.abandon();
  }

  /** The legacy closes with the text of its own exception, which is nobody's business. */
  #endUnreadable(): void {
    this.#parts.socketFigures.frames.unreadable.add();
    this.#line.end(1011, "Invalid message");
  }

  async #handle(raw: Buffer): Promise<void> {
    if (!this.#line.isOpen) return;
    try {
      await this.#answer(raw.byteLength > MAX_FRAME_BYTES ? undefined : readFrame(raw));
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      this.#parts.logger.error({ error: toMessage(error), stack }, "A bridge's frame failed");
      this.#line.end(1011, "Internal server error");
    }
  }

  async #answer(frame: Frame | undefined): Promise<void> {
    switch (frame?.["type"]) {
      case "ping":
        return this.#send({ type: "pong" });
      case "clear_history":
        // The transcript that the legacy forgets here is the connection's own, which nothing else reads.
        return this.#send({ type: "history_cleared" });
      case "supervisor_request":
        return this.#answerSupervisor(frame);
      case "user_message":
        return this.#answerUser(frame);
      default:
        if (frame === undefined) this.#endUnreadable();
    }
  }

  #send(frame: object): void {
    this.#line.send(JSON.stringify(frame));
  }

  async #answerSupervisor(frame: Frame): Promise<void> {
    const { data } = supervisorRequest.safeParse(frame);
    if (data === undefined) return this.#endUnreadable();
    const { conversation_summary: summary, request_type: kind = "general" } = data;
    const context = { ...data.context, conversation_summary: summary };
    const { text, uiActions } = await this.#ask(data.user_request ?? "", context);
    this.#send({ type: "supervisor_response", text, ui_actions: uiActions, request_type: kind });
  }

  async #answerUser(frame: Frame): Promise<void> {
    const { data } = userMessage.safeParse(frame);
    if (data === undefined) return this.#endUnreadable();
    const { text, uiActions } = await this.#ask(data.text ?? "", data.context ?? {});
    const { timestamp = null } = data;
    this.#send({ type: "assistant_response", text, ui_actions: uiActions, timestamp });
  }

  /** Cleaned as on the assistant's own socket; `undefined` where it is refused. */
  #clean(text: string, context: Frame): SecureWebSocketMessage | undefined {
    try {
      const profile = this.#parts.safetyProfileOf(this.#userId);
      const message = { type: "chat", message: cut(text), context };
      return validateAndSanitizeMessage(message, { profile });
    } catch (error) {
      if (error instanceof MessageRefused) return undefined;
      throw error;
    }
  }

  async #ask(said: string, given: Frame): Promise<Answer> {
    const { rateLimits, socketFigures, ask } = this.#parts;
    const { isAllowed, usage } = await rateLimits.websocket.take(this.#userId);
    if (!isAllowed) {
      socketFigures.frames["rate-limited"].add();
      return say(toLimitSentence(usage.resetMs));
    }
    const message = this.#clean(said, given);
    if (message === undefined) {
      socketFigures.frames.invalid.add();
      return say(ERROR_TEXTS.blocked);
    }
    socketFigures.frames.accepted.add();
    const text = message.message ?? "";
    if (text.trim() === "") return say(NOTHING_SAID);
    const context = { ...message.context, user_id: this.#userId };
    const asked = { userId: this.#userId, sessionId: undefined, init: undefined };
    this.#asking = ask({ ...asked, text, context });
    const last = await lastOf(this.#asking);
    this.#asking = undefined;
    if (last.kind === "turn-error" && last.reason.kind === "blocked") {
      await this.#recordBlocked(text, last.reason.verdict);
    }
    return last;
  }

  async #recordBlocked(
    text: string,
    {
      event: name,
      check,
      reason,
    }: { event: "PROMPT_INJECTION" | "SUSPICIOUS_MESSAGE"; check: string; reason: string },
  ): Promise<void> {
    const { securityEvents, violations } = this.#parts;
    logSecurityEvent({ name, userId: this.#userId, check, reason, text }, securityEvents);
    await violations.record(this.#userId, name);
  }
}
