import { BoundedBytes } from "#platform/bounded-bytes.ts";
import type { MemoryBudget } from "#platform/memory-budget.ts";
import {
  type FrameHead,
  type FrameSender,
  LONGEST_FRAME_HEAD,
  OPCODE,
  readFrameHead,
} from "#platform/websocket-frames/frame-head.ts";
import { MessageInflater } from "#platform/websocket-frames/message-inflater.ts";

/** Close code of a close frame without a payload (RFC 6455 §7.1.5). */
const NO_STATUS_RECEIVED = 1005;
const MAX_CONTROL_BYTES = 125;

export type FrameMessage =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Buffer };

/**
 * Why a message was not read. `too-large`: there was no room for it as it is or decompressed, and the next one is read.
 * `compressed`: it cannot be decompressed, because it is broken or refers to one that was not read. `unlawful`: what came
 * is no WebSocket message; nothing behind it is read.
 */
export type UnreadReason = "too-large" | "compressed" | "unlawful";

export interface FrameReaderOptions {
  readonly sender: FrameSender;
  /** Of one message, all its fragments together and decompressed. More is never held. */
  readonly maxMessageBytes: number;
  /** What all readers together may hold. Default: each as much as its own bound. */
  readonly budget?: MemoryBudget;
  readonly onMessage: (message: FrameMessage) => void;
  /** The first close frame; nothing is read behind it. */
  readonly onClose?: (code: number, reason: string) => void;
  readonly onUnread?: (reason: UnreadReason) => void;
}

/** Reads one direction of a WebSocket. */
export interface FrameReader {
  /** Takes what arrived next, cut up anyhow. Keeps no part of it, changes nothing in it, and never throws by itself. */
  push(chunk: Buffer): void;
  /** Lets go of all that it holds; nothing is read any more. */
  close(): void;
}

interface OpenFrame extends FrameHead {
  readonly maskingKey: Buffer | undefined;
  readonly payload: BoundedBytes | undefined;
  taken: number;
}

interface OpenMessage {
  readonly isText: boolean;
  readonly isCompressed: boolean;
  readonly payload: BoundedBytes;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function toText(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Undoes a client's masking in place (RFC 6455 §5.3); `at` is how much of the frame's payload came before. */
function unmask(bytes: Buffer, maskingKey: Buffer, at: number): void {
  // By index, because an iterator costs twenty times as much for each byte.
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (maskingKey[(at + index) & 3] ?? 0);
  }
}

class Reader implements FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #inflater: MessageInflater;
  #cutHead: Buffer | undefined;
  #frame: OpenFrame | undefined;
  #message: OpenMessage | undefined;
  #isOver = false;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
    this.#inflater = new MessageInflater(options.budget);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#isOver) {
      at += this.#frame === undefined ? this.#takeHead(chunk, at) : this.#takePayload(chunk, at);
    }
  }

  close(): void {
    this.#isOver = true;
    this.#frame = undefined;
    this.#message?.payload.release();
    this.#message = undefined;
    this.#inflater.lose();
  }

  /** Gives the bytes of `chunk` that it took, at least one. */
  #takeHead(chunk: Buffer, at: number): number {
    const { sender } = this.#options;
    const held = this.#cutHead;
    const rest = chunk.subarray(at, at + LONGEST_FRAME_HEAD);
    const bytes = held === undefined ? rest : Buffer.concat([held, rest]);
    const head = readFrameHead(bytes, 0, sender);
    if (head === "cut") {
      this.#cutHead = Buffer.from(bytes);
      return rest.length;
    }
    this.#cutHead = undefined;
    if (head === "unlawful" || !this.#begin(head, bytes)) {
      this.#giveUp();
      return rest.length;
    }
    // A frame without a payload is over with its head.
    this.#endIfWhole();
    return head.length - (held?.length ?? 0);
  }

  /** False where the frame does not belong here (RFC 6455 §5.4). */
  #begin(head: FrameHead, bytes: Buffer): boolean {
    const { sender, maxMessageBytes, budget } = this.#options;
    const maskingKey =
      sender === "client" ? Buffer.from(bytes.subarray(head.length - 4, head.length)) : undefined;
    if (head.opcode >= OPCODE.close) {
      const payload =
        head.opcode === OPCODE.close ? new BoundedBytes(MAX_CONTROL_BYTES) : undefined;
      this.#frame = { ...head, maskingKey, payload, taken: 0 };
      return true;
    }
    const isContinued = head.opcode === OPCODE.continuation;
    if (isContinued ? head.isCompressed : this.#message !== undefined) return false;
    const message = isContinued
      ? this.#message
      : {
          isText: head.opcode === OPCODE.text,
          isCompressed: head.isCompressed,
          payload: new BoundedBytes(maxMessageBytes, budget),
        };
    if (message === undefined) return false;
    this.#message = message;
    this.#frame = { ...head, maskingKey, payload: message.payload, taken: 0 };
    return true;
  }

  #takePayload(chunk: Buffer, at: number): number {
    const frame = this.#frame;
    if (frame === undefined) return 0;
    const part = chunk.subarray(at, at + frame.payloadLength - frame.taken);
    const copy = frame.payload?.append(part);
    if (copy !== undefined && frame.maskingKey !== undefined) {
      unmask(copy, frame.maskingKey, frame.taken);
    }
    frame.taken += part.length;
    this.#endIfWhole();
    return part.length;
  }

  #endIfWhole(): void {
    const frame = this.#frame;
    if (frame === undefined || frame.taken < frame.payloadLength) return;
    this.#frame = undefined;
    if (frame.opcode === OPCODE.close) this.#close(frame.payload?.bytes ?? Buffer.alloc(0));
    const message = this.#message;
    if (frame.opcode >= OPCODE.close || !frame.isFinal || message === undefined) return;
    this.#message = undefined;
    this.#deliver(message);
    message.payload.release();
  }

  #deliver({ isText, isCompressed, payload }: OpenMessage): void {
    const { maxMessageBytes, onMessage, onUnread } = this.#options;
    if (payload.hasOverflowed) {
      if (isCompressed) this.#inflater.lose();
      onUnread?.("too-large");
      return;
    }
    const bytes = isCompressed
      ? this.#inflater.inflate(payload.bytes, maxMessageBytes)
      : payload.bytes;
    if (typeof bytes === "string") {
      onUnread?.(bytes === "lost" ? "compressed" : bytes);
      return;
    }
    if (!isText) {
      onMessage({ kind: "binary", bytes });
      return;
    }
    const text = toText(bytes);
    // RFC 6455 §8.1: it ends the connection.
    if (text === undefined) this.#giveUp();
    else onMessage({ kind: "text", text });
  }

  #close(payload: Buffer): void {
    this.close();
    const code = payload.length < 2 ? NO_STATUS_RECEIVED : payload.readUInt16BE();
    this.#options.onClose?.(code, payload.subarray(2).toString());
  }

  #giveUp(): void {
    this.close();
    this.#options.onUnread?.("unlawful");
  }
}

/**
 * Puts the messages of one direction of a WebSocket together from the bytes as they arrive (RFC 6455, compressed
 * ones by RFC 7692). It is for onlookers: it answers nothing, and holds no more than one message and the window of
 * the compression.
 */
export const createFrameReader = (options: FrameReaderOptions): FrameReader => new Reader(options);
