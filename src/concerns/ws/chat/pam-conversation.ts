import type { ConcernDependencies } from "#concerns/concern.ts";
import { answerInPieces, answerWhole } from "#concerns/ws/chat/answer-chat.ts";
import type { AskAssistant, Asking } from "#concerns/ws/chat/ask-assistant.ts";
import {
  type InitData,
  toClientContext,
  toInitData,
  toRememberedContext,
} from "#concerns/ws/chat/chat-context.ts";
import { HeldPushes } from "#concerns/ws/chat/held-pushes.ts";
import { textOf } from "#concerns/ws/frames/check-frame.ts";
import { EMPTY_MESSAGE, toUnknownType } from "#concerns/ws/frames/errors.ts";
import { type Frame, MAX_FRAME_BYTES, readFrame } from "#concerns/ws/frames/inbound.ts";
import type { FrameJudge, Judgement } from "#concerns/ws/frames/judge-frame.ts";
import { PONG, toConnection, toContextUpdated } from "#concerns/ws/frames/outbound.ts";
import { toPushText } from "#concerns/ws/frames/push-text.ts";
import { FrameQueue } from "#concerns/ws/wire/frame-queue.ts";
import type { Keepalive, KeptSocket } from "#concerns/ws/wire/keepalive.ts";
import type { Conversation, SocketLine } from "#concerns/ws/wire/socket-line.ts";
import type { Push, PushReceiver } from "#pam/pushes/index.ts";
import type { SecureWebSocketMessage } from "#pam/safety/middleware.ts";
import { toSnapshot } from "#pam/store/index.ts";
import { toMessage } from "#platform/errors.ts";

export interface PamConversationParts extends Pick<
  ConcernDependencies,
  "clock" | "isOn" | "logger" | "pushes" | "socketFigures" | "store"
> {
  readonly ask: AskAssistant;
  readonly judge: FrameJudge;
  readonly keepalive: Keepalive;
}

/** Lets answers come in pieces for clients that ask for it. The web client must never get them. */
const STREAM_FLAG = "pam.ws.stream";
/** Longer ones are no pongs that anybody sends, and wait for their turn. */
const MAX_PONG_BYTES = 1_024;

/** One connection of a user whose token was accepted. Greets at once. */
export class PamConversation implements Conversation, PushReceiver {
  readonly #userId: string;
  readonly #line: SocketLine;
  readonly #parts: PamConversationParts;
  readonly #queue: FrameQueue;
  readonly #pushes: HeldPushes;
  readonly #kept: KeptSocket;
  readonly #leavePushes: () => void;
  #init: InitData | undefined;
  #asking: Asking | undefined;

  constructor(userId: string, line: SocketLine, parts: PamConversationParts) {
    this.#userId = userId;
    this.#line = line;
    this.#parts = parts;
    this.#pushes = new HeldPushes({
      send: (text) => line.send(text),
      dropped: parts.socketFigures.droppedPushes,
    });
    this.#queue = new FrameQueue({
      source: line,
      handle: async (raw) => this.#handle(raw),
      onIdle: () => this.#pushes.release(),
    });
    line.send(toConnection(parts.clock.now()));
    parts.socketFigures.open.socket.add(1);
    this.#kept = parts.keepalive.keep(line);
    this.#leavePushes = parts.pushes.join(userId, this);
  }

  text(raw: Buffer): void {
    if (this.#queue.isBusy && this.#isPongInBetween(raw)) this.#alive();
    else this.#queue.push(raw);
  }

  binary(): void {
    this.#parts.socketFigures.frames.unreadable.add();
  }

  pong(): void {
    this.#kept.protocolPong();
  }

  receive(push: Push): void {
    if (this.#queue.isBusy) this.#pushes.hold(push);
    else this.#line.send(toPushText(push));
  }

  async settled(): Promise<void> {
    this.#queue.clear();
    return this.#queue.settled();
  }

  ended(): void {
    this.#queue.clear();
    this.#leavePushes();
    this.#parts.keepalive.leave(this.#kept);
    this.#parts.socketFigures.open.socket.add(-1);
    this.#asking?.abandon();
  }

  #alive(): void {
    this.#kept.alive(this.#parts.clock.monotonicMs());
  }

  /** A pong that nothing is held against is never answered, so it need not wait behind a running chat. */
  #isPongInBetween(raw: Buffer): boolean {
    if (raw.byteLength > MAX_PONG_BYTES || !raw.includes("pong")) return false;
    const frame = readFrame(raw);
    return frame !== undefined && this.#parts.judge.isFitPong(frame, this.#userId);
  }

  async #handle(raw: Buffer): Promise<void> {
    if (!this.#line.isOpen) return;
    try {
      await this.#answer(raw);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      this.#parts.logger.error({ error: toMessage(error), stack }, "A socket's frame failed");
      this.#line.end(1011, "Internal server error");
    }
  }

  async #answer(raw: Buffer): Promise<void> {
    const { judge, socketFigures } = this.#parts;
    const sender = { userId: this.#userId, bytes: raw.byteLength };
    if (sender.bytes > MAX_FRAME_BYTES) {
      await this.#obey(await judge.judgeUnread(sender), {});
      return;
    }
    const frame = readFrame(raw);
    if (frame === undefined) socketFigures.frames.unreadable.add();
    else await this.#obey(await judge.judge(frame, sender), frame);
  }

  async #obey(judged: Judgement, frame: Frame): Promise<void> {
    if (judged.kind === "accepted") {
      await this.#dispatch(judged.message, frame["stream"] === true);
      return;
    }
    if (judged.error !== undefined) this.#line.send(judged.error);
    if (judged.close !== undefined) this.#line.end(judged.close.code, judged.close.reason);
  }

  async #dispatch(message: SecureWebSocketMessage, wantsStream: boolean): Promise<void> {
    const { type, context, session_id: sessionId } = message;
    if (type === "chat") await this.#chat(message, wantsStream);
    else if (type === "context_update") await this.#updateContext(message);
    else if (type === "init")
      this.#init = toInitData(context, sessionId ?? undefined) ?? this.#init;
    else if (type === "ping") this.#line.send(PONG);
    else if (type === "pong") this.#alive();
    else if (type !== "auth") this.#line.send(toUnknownType(type));
  }

  async #chat(message: SecureWebSocketMessage, wantsStream: boolean): Promise<void> {
    const text = textOf(message);
    if (text.trim() === "") {
      this.#line.send(EMPTY_MESSAGE);
      return;
    }
    const { ask, clock, isOn } = this.#parts;
    const isStreamed = wantsStream && isOn(STREAM_FLAG, this.#userId);
    this.#asking = ask({
      userId: this.#userId,
      sessionId: message.session_id ?? this.#init?.sessionId,
      text,
      context: toClientContext(message.context, this.#init, {
        user_id: this.#userId,
        connection_type: isStreamed ? "websocket_streaming" : "websocket",
      }),
      init: this.#init,
    });
    await (isStreamed ? answerInPieces : answerWhole)(this.#asking, this.#line, clock);
    this.#asking = undefined;
  }

  /** The legacy acknowledges it and forgets it. Here it is what the next turns know of the user. */
  async #updateContext({ context }: SecureWebSocketMessage): Promise<void> {
    const { store, clock } = this.#parts;
    const { state } = await store.read(this.#userId);
    const { language } = context;
    await store.update(this.#userId, {
      context: toSnapshot({ ...state.context, ...toRememberedContext(context) }),
      ...(typeof language === "string" && language !== "" && { language }),
      lastActivityMs: clock.now(),
    });
    this.#line.send(toContextUpdated(clock.now()));
  }
}
