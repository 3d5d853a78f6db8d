/** Who sends a direction's frames: a client masks them all, a server never does (RFC 6455 §5.1). */
export type FrameSender = "client" | "server";

export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8 } as const;

/** Two bytes, a length of eight and a masking key of four. */
export const LONGEST_FRAME_HEAD = 14;

export interface FrameHead {
  /** Bytes in front of the payload; of a client's frame the last four are its masking key. */
  readonly length: number;
  readonly payloadLength: number;
  readonly opcode: number;
  readonly isFinal: boolean;
  /** RSV1: the message that this frame begins is compressed (RFC 7692 §6). */
  readonly isCompressed: boolean;
}

/** Reserved bits, reserved opcodes and oversized control frames: none of them is a frame that RFC 6455 §5.2 allows. */
function isLawful(first: number, shortLength: number): boolean {
  const opcode = first & 0x0f;
  if (opcode < OPCODE.close) return opcode <= OPCODE.binary && (first & 0x30) === 0;
  // A control frame is never compressed (RFC 7692 §6).
  return opcode <= 0xa && (first & 0xf0) === 0x80 && shortLength <= 125;
}

function extensionLength(shortLength: number): number {
  if (shortLength === 126) return 2;
  return shortLength === 127 ? 8 : 0;
}

function toPayloadLength(bytes: Buffer, at: number, shortLength: number): number {
  if (shortLength === 126) return bytes.readUInt16BE(at + 2);
  if (shortLength === 127) return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
  return shortLength;
}

/** Reads the head of the frame that begins at `at`. `cut`: there are not enough bytes yet. Pure. */
export function readFrameHead(
  bytes: Buffer,
  at: number,
  sender: FrameSender,
): FrameHead | "cut" | "unlawful" {
  if (bytes.length < at + 2) return "cut";
  const first = bytes.readUInt8(at);
  const second = bytes.readUInt8(at + 1);
  const shortLength = second & 0x7f;
  const isMasked = sender === "client";
  if (second >= 0x80 !== isMasked || !isLawful(first, shortLength)) return "unlawful";
  const length = 2 + extensionLength(shortLength) + (isMasked ? 4 : 0);
  if (bytes.length < at + length) return "cut";
  const payloadLength = toPayloadLength(bytes, at, shortLength);
  if (!Number.isSafeInteger(payloadLength)) return "unlawful";
  return {
    length,
    payloadLength,
    opcode: first & 0x0f,
    isFinal: first >= 0x80,
    isCompressed: (first & 0x40) !== 0,
  };
}
