/** Close code of a close frame without a payload (RFC 6455 §7.1.5). */
export const NO_STATUS_RECEIVED = 1005;

const OPCODE_CLOSE = 0x8;
/** Two bytes, a length of eight, a masking key of four and the two of a close code. */
const LONGEST_HEAD = 16;

interface FrameHead {
  /** Bytes up to the payload; of a close frame, up to the end of its code. */
  readonly length: number;
  /** Bytes of payload behind `length`. */
  readonly payload: number;
  readonly closeCode: number | undefined;
}

/** Reserved bits, reserved opcodes and oversized control frames: none of them is a frame that RFC 6455 §5.2 allows. */
function isLawful(first: number, shortLength: number): boolean {
  const opcode = first & 0x0f;
  if (opcode < OPCODE_CLOSE) return opcode <= 2 && (first & 0x30) === 0;
  // RSV1 marks a compressed message; a control frame is never compressed (RFC 7692 §6).
  return opcode <= 0xa && (first & 0xf0) === 0x80 && shortLength <= 125;
}

function extensionLength(shortLength: number): number {
  if (shortLength === 126) return 2;
  return shortLength === 127 ? 8 : 0;
}

function payloadLength(bytes: Buffer, at: number, shortLength: number): number {
  if (shortLength === 126) return bytes.readUInt16BE(at + 2);
  if (shortLength === 127) return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
  return shortLength;
}

/** The masking key stands right in front of the payload. */
function readCloseCode(bytes: Buffer, payloadAt: number, isMasked: boolean): number {
  return bytes.readUInt16BE(payloadAt) ^ (isMasked ? bytes.readUInt16BE(payloadAt - 4) : 0);
}

function readHead(bytes: Buffer, at: number, isMasked: boolean): FrameHead | "cut" | "unlawful" {
  if (bytes.length < at + 2) return "cut";
  const first = bytes.readUInt8(at);
  const second = bytes.readUInt8(at + 1);
  const shortLength = second & 0x7f;
  if (second >= 0x80 !== isMasked || !isLawful(first, shortLength)) return "unlawful";

  const isClose = (first & 0x0f) === OPCODE_CLOSE;
  const payloadAt = at + 2 + extensionLength(shortLength) + (isMasked ? 4 : 0);
  const codeLength = isClose && shortLength >= 2 ? 2 : 0;
  if (bytes.length < payloadAt + codeLength) return "cut";

  const payload = payloadLength(bytes, at, shortLength);
  if (!Number.isSafeInteger(payload)) return "unlawful";
  const code = codeLength > 0 ? readCloseCode(bytes, payloadAt, isMasked) : NO_STATUS_RECEIVED;
  return {
    length: payloadAt + codeLength - at,
    payload: payload - codeLength,
    closeCode: isClose ? code : undefined,
  };
}

/**
 * Walks the WebSocket frames of one direction (RFC 6455 §5.2) over the chunks they arrive in. It reads
 * heads and skips payloads, so a chunk costs as much as it has frames, and nothing of it is copied or
 * kept, but for a head that a chunk ends in the middle of.
 */
export class FrameCursor {
  /** A client masks its frames, a server never does. */
  readonly #isMasked: boolean;
  #payloadLeft = 0;
  #cutHead: Buffer | undefined;
  #isLost = false;
  #closeCode: number | undefined;

  constructor(sender: "client" | "server") {
    this.#isMasked = sender === "client";
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
    const head = readHead(bytes, held === undefined ? at : 0, this.#isMasked);
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
