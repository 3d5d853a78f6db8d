import {
  type FrameSender,
  LONGEST_FRAME_HEAD,
  OPCODE,
  readFrameHead,
} from "#platform/websocket-frames/index.ts";

/** Close code of a close frame without a payload (RFC 6455 §7.1.5). */
export const NO_STATUS_RECEIVED = 1005;

/** A close frame's head, with the two bytes of its code. */
const LONGEST_HEAD = LONGEST_FRAME_HEAD + 2;

interface FrameHead {
  /** Bytes up to the payload; of a close frame, up to the end of its code. */
  readonly length: number;
  /** Bytes of payload behind `length`. */
  readonly payload: number;
  readonly closeCode: number | undefined;
}

/** The masking key stands right in front of the payload. */
function readCloseCode(bytes: Buffer, payloadAt: number, sender: FrameSender): number {
  const mask = sender === "client" ? bytes.readUInt16BE(payloadAt - 4) : 0;
  return bytes.readUInt16BE(payloadAt) ^ mask;
}

function readHead(bytes: Buffer, at: number, sender: FrameSender): FrameHead | "cut" | "unlawful" {
  const head = readFrameHead(bytes, at, sender);
  if (head === "cut" || head === "unlawful") return head;
  const { length, payloadLength, opcode } = head;
  if (opcode !== OPCODE.close) return { length, payload: payloadLength, closeCode: undefined };
  const codeLength = payloadLength >= 2 ? 2 : 0;
  const payloadAt = at + length;
  if (bytes.length < payloadAt + codeLength) return "cut";
  return {
    length: length + codeLength,
    payload: payloadLength - codeLength,
    closeCode: codeLength > 0 ? readCloseCode(bytes, payloadAt, sender) : NO_STATUS_RECEIVED,
  };
}

/**
 * Walks the WebSocket frames of one direction (RFC 6455 §5.2) over the chunks they arrive in. It reads
 * heads and skips payloads, so a chunk costs as much as it has frames, and nothing of it is copied or
 * kept, but for a head that a chunk ends in the middle of.
 */
export class FrameCursor {
  readonly #sender: FrameSender;
  #payloadLeft = 0;
  #cutHead: Buffer | undefined;
  #isLost = false;
  #closeCode: number | undefined;

  constructor(sender: FrameSender) {
    this.#sender = sender;
  }

  /** True once something came that is no frame: from then on no boundary is known. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get isBetweenFrames(): boolean {
    return this.#payloadLeft === 0 && this.#cutHead === undefined && !this.#isLost;
  }

  /** The code of the first close frame; `NO_STATUS_RECEIVED` where that frame has none. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  /** Walks over the whole of `chunk`. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#isLost) at += this.#step(chunk, at);
  }

  /**
   * Walks to the end of the frame that is under way, and no further. Gives how many bytes of `chunk` that
   * took: all of them where the frame does not end in it, none where no frame is under way.
   */
  pushToBoundary(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && !this.isBetweenFrames) {
      if (this.#isLost) return chunk.length;
      at += this.#step(chunk, at);
    }
    return at;
  }

  /** Walks over the rest of a payload or over one head; gives the bytes taken, at least one. */
  #step(chunk: Buffer, at: number): number {
    if (this.#payloadLeft === 0) return this.#takeHead(chunk, at);
    const taken = Math.min(this.#payloadLeft, chunk.length - at);
    this.#payloadLeft -= taken;
    return taken;
  }

  #takeHead(chunk: Buffer, at: number): number {
    const held = this.#cutHead;
    const bytes =
      held === undefined ? chunk : Buffer.concat([held, chunk.subarray(at, at + LONGEST_HEAD)]);
    const head = readHead(bytes, held === undefined ? at : 0, this.#sender);
    if (head === "cut") {
      this.#cutHead = held === undefined ? Buffer.from(chunk.subarray(at)) : bytes;
      return chunk.length - at;
    }
    this.#cutHead = undefined;
    if (head === "unlawful") {
      this.#isLost = true;
      return chunk.length - at;
    }
    this.#payloadLeft = head.payload;
    this.#closeCode ??= head.closeCode;
    return head.length - (held?.length ?? 0);
  }
}
