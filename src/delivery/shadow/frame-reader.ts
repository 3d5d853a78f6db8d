export type FrameFault = "compressed" | "malformed" | "too-large";

export interface FrameReaderEvents {
  /** One whole message; the bytes are the reader's own copy, unmasked. */
  message(data: string | Buffer): void;
  /** The first close frame. */
  close(code: number): void;
  /** Nothing can be read from here on. */
  fault(fault: FrameFault): void;
}

/** Reads the messages of one direction of a WebSocket (RFC 6455 §5.2) from the chunks they arrive in. */
export interface FrameReader {
  push(chunk: Buffer): void;
}

/** RFC 6455 §7.1.5: a close frame without a code. */
const NO_STATUS_RECEIVED = 1005;
const LONGEST_HEAD = 14;
const TEXT = 0x1;
const CONTINUATION = 0x0;
const CLOSE = 0x8;
const MAX_CONTROL_BYTES = 125;

interface Head {
  readonly length: number;
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: number;
  readonly mask: Buffer | undefined;
}

function faultOf(first: number, second: number, isMasked: boolean): FrameFault | undefined {
  const opcode = first & 0x0f;
  const isControl = opcode >= CLOSE;
  const isKnown = isControl ? opcode <= 0xa : opcode <= 0x2;
  const isWhole = !isControl || ((first & 0x80) !== 0 && (second & 0x7f) <= MAX_CONTROL_BYTES);
  if (!isKnown || !isWhole || (first & 0x30) !== 0 || second >= 0x80 !== isMasked) {
    return "malformed";
  }
  // RFC 7692 §6: the first reserved bit marks a compressed message.
  return (first & 0x40) === 0 ? undefined : "compressed";
}

function payloadLength(bytes: Buffer, shortLength: number): number {
  if (shortLength === 126) return bytes.readUInt16BE(2);
  return shortLength === 127 ? Number(bytes.readBigUInt64BE(2)) : shortLength;
}

function readHead(bytes: Buffer, isMasked: boolean): Head | FrameFault | "cut" {
  if (bytes.length < 2) return "cut";
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const fault = faultOf(first, second, isMasked);
  if (fault !== undefined) return fault;
  const shortLength = second & 0x7f;
  const extension = shortLength < 126 ? 0 : shortLength === 126 ? 2 : 8;
  const length = 2 + extension + (isMasked ? 4 : 0);
  if (bytes.length < length) return "cut";
  return {
    length,
    opcode: first & 0x0f,
    isFinal: first >= 0x80,
    payload: payloadLength(bytes, shortLength),
    mask: isMasked ? Buffer.from(bytes.subarray(length - 4, length)) : undefined,
  };
}

/** Bytes that grow by doubling, so that many small fragments cost no more than one. */
class Assembly {
  #bytes = Buffer.alloc(0);
  length = 0;

  append(slice: Buffer, mask: Buffer | undefined, offset: number): void {
    const end = this.length + slice.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2, 256));
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    slice.copy(this.#bytes, this.length);
    if (mask !== undefined) {
      for (let at = 0; at < slice.length; at += 1) {
        const masked = this.#bytes[this.length + at] ?? 0;
        this.#bytes[this.length + at] = masked ^ (mask[(offset + at) % 4] ?? 0);
      }
    }
    this.length = end;
  }

  take(): Buffer {
    const whole = Buffer.from(this.#bytes.subarray(0, this.length));
    this.#bytes = Buffer.alloc(0);
    this.length = 0;
    return whole;
  }
}

/** No message longer than `maxMessageBytes` is put together. */
export function createFrameReader(
  {
    sender,
    maxMessageBytes,
  }: { readonly sender: "client" | "server"; readonly maxMessageBytes: number },
  events: FrameReaderEvents,
): FrameReader {
  const isMasked = sender === "client";
  const message = new Assembly();
  const control = new Assembly();
  let cutHead = Buffer.alloc(0);
  let frame: Head | undefined;
  let [read, messageOpcode] = [0, CONTINUATION];
  let isLost = false;
  let isClosed = false;

  function lose(fault: FrameFault): void {
    isLost = true;
    message.take();
    events.fault(fault);
  }

  /** A message begins with its kind and goes on without one. */
  function isInOrder({ opcode }: Head): boolean {
    return opcode >= CLOSE || (opcode === CONTINUATION) === (messageOpcode !== CONTINUATION);
  }

  function begin(head: Head): void {
    const isControl = head.opcode >= CLOSE;
    if (!isInOrder(head)) lose("malformed");
    else if (!isControl && message.length + head.payload > maxMessageBytes) lose("too-large");
    else {
      frame = head;
      read = 0;
      if (!isControl && head.opcode !== CONTINUATION) messageOpcode = head.opcode;
      if (head.payload === 0) finish(head);
    }
  }

  function finish({ opcode, isFinal }: Head): void {
    frame = undefined;
    if (opcode >= CLOSE) {
      const payload = control.take();
      if (opcode !== CLOSE || isClosed) return;
      isClosed = true;
      events.close(payload.length >= 2 ? payload.readUInt16BE(0) : NO_STATUS_RECEIVED);
    } else if (isFinal) {
      const isText = messageOpcode === TEXT;
      messageOpcode = CONTINUATION;
      const bytes = message.take();
      events.message(isText ? bytes.toString("utf8") : bytes);
    }
  }

  function takeHead(chunk: Buffer): number {
    const bytes = Buffer.concat([cutHead, chunk.subarray(0, LONGEST_HEAD - cutHead.length)]);
    const head = readHead(bytes, isMasked);
    if (head === "cut") {
      cutHead = bytes;
      return chunk.length;
    }
    if (typeof head === "string") {
      lose(head);
      return chunk.length;
    }
    const taken = head.length - cutHead.length;
    cutHead = Buffer.alloc(0);
    begin(head);
    return taken;
  }

  function takePayload(head: Head, chunk: Buffer): number {
    const slice = chunk.subarray(0, head.payload - read);
    (head.opcode >= CLOSE ? control : message).append(slice, head.mask, read);
    read += slice.length;
    if (read === head.payload) finish(head);
    return slice.length;
  }

  function step(rest: Buffer): number {
    if (isLost) return rest.length;
    return frame === undefined ? takeHead(rest) : takePayload(frame, rest);
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) at += step(chunk.subarray(at));
    },
  };
}
