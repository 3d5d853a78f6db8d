import type { RawData, WebSocket } from "ws";

import type { NativeSocket, NativeSocketClose } from "#concerns/concern.ts";
import { fitReason } from "#concerns/ws/wire/fit-reason.ts";
import type { SocketFigures } from "#pam/pushes/index.ts";
import { toNodeCode } from "#platform/errors.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** What is said on a socket, and what is made of it. */
export interface Conversation {
  text(frame: Buffer): void;
  binary(): void;
  /** A protocol pong (RFC 6455 §5.5.3). */
  pong(): void;
  /** Resolves when the client is owed nothing. */
  settled(): Promise<void>;
  /** The connection is gone. */
  ended(): void;
}

export interface SocketLineOptions {
  readonly scheduler: Scheduler;
  readonly figures: Pick<SocketFigures, "slowConsumers">;
}

/** What a client may leave unread before it is cut off. */
const MAX_UNREAD_BYTES = 1_048_576;
/** How long a client may take to answer a close frame. */
const CLOSE_GRACE_MS = 5_000;
/** The part of a drain's grace that an answer under way may take. */
const SETTLING_SHARE = 0.75;

const NO_CLOSE_FRAME = 1006;

/** What ws closes with by itself; every other fault is one of the protocol. */
const FAULT_CLOSES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};
const PROTOCOL_ERROR = 1002;

/** With ws's own kind of message it is one buffer, which is not copied. */
function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data));
}

/** One open WebSocket: sends, closes in time, and cuts off a client that does not read. */
export class SocketLine implements NativeSocket {
  readonly closed: Promise<NativeSocketClose>;
  readonly #webSocket: WebSocket;
  readonly #options: SocketLineOptions;
  #conversation: Conversation | undefined;
  #cancels: (() => void)[] = [];
  #initiator: NativeSocketClose["initiator"] = "client";
  #sentCode: number | undefined;
  #isLeaving = false;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(webSocket: WebSocket, options: SocketLineOptions) {
    this.#webSocket = webSocket;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<NativeSocketClose>();
    this.closed = promise;
    webSocket.on("message", (data, isBinary) => this.#hear(toBuffer(data), isBinary));
    webSocket.on("pong", () => this.#conversation?.pong());
    webSocket.on("error", (error) => {
      this.#initiator = "proxy";
      this.#sentCode ??= FAULT_CLOSES[toNodeCode(error)] ?? PROTOCOL_ERROR;
    });
    webSocket.on("close", (code) => {
      for (const cancel of this.#cancels) cancel();
      this.#conversation?.ended();
      resolve({
        code: this.#sentCode ?? code,
        initiator: this.#initiator,
        bytesIn: this.#bytesIn,
        bytesOut: this.#bytesOut,
      });
    });
  }

  /** False as soon as a close frame is out, or the connection gone. */
  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  get isPaused(): boolean {
    return this.#webSocket.isPaused;
  }

  converse(conversation: Conversation): void {
    this.#conversation = conversation;
  }

  #hear(data: Buffer, isBinary: boolean): void {
    this.#bytesIn += data.byteLength;
    if (this.#isLeaving || !this.isOpen) return;
    if (isBinary) this.#conversation?.binary();
    else this.#conversation?.text(data);
  }

  send(text: string): void {
    if (!this.isOpen) return;
    const bytes = Buffer.from(text);
    if (this.#webSocket.bufferedAmount + bytes.byteLength > MAX_UNREAD_BYTES) {
      this.#options.figures.slowConsumers.add();
      // A close frame would queue up behind what the client does not read.
      this.#cut();
      return;
    }
    this.#bytesOut += bytes.byteLength;
    this.#webSocket.send(bytes, { binary: false });
  }

  ping(): void {
    if (this.isOpen) this.#webSocket.ping();
  }

  /** Stops reading: what the client sends from now on is held back at its end. */
  pause(): void {
    if (!this.#isLeaving) this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  /** Closes for a reason of the conversation. Nothing is sent or heard from then on. */
  end(code: number, reason: string): void {
    this.#sayClose(code, reason);
    this.#cutAfter(CLOSE_GRACE_MS);
  }

  /** Lets an answer that is under way out first, as far as the grace allows. */
  close(code: number, graceMs: number): void {
    if (graceMs <= 0) {
      this.#cut();
      return;
    }
    this.#cutAfter(graceMs);
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    // Paused, the client's answer to the close frame would never be read.
    this.resume();
    const say = (): void => this.#sayClose(code, "");
    this.#cancels.push(this.#options.scheduler.after(graceMs * SETTLING_SHARE, say));
    void (this.#conversation?.settled() ?? Promise.resolve()).then(say);
  }

  #sayClose(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#isLeaving = true;
    this.#initiator = "proxy";
    this.#sentCode = code;
    this.resume();
    this.#webSocket.close(code, fitReason(reason));
  }

  #cutAfter(graceMs: number): void {
    this.#cancels.push(this.#options.scheduler.after(graceMs, () => this.#cut()));
  }

  #cut(): void {
    if (this.#webSocket.readyState === this.#webSocket.CLOSED) return;
    this.#initiator = "proxy";
    this.#sentCode ??= NO_CLOSE_FRAME;
    this.#webSocket.terminate();
  }
}
