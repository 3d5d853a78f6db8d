import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly isFinal: boolean;
  /** RSV1: the message is compressed. */
  readonly isCompressed: boolean;
  readonly isMasked: boolean;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type FrameInput = Partial<Omit<Frame, "payload" | "isMasked">> & {
  readonly payload?: Buffer | string;
  /** Four bytes; a frame without a key is a server's. */
  readonly maskingKey?: Buffer | undefined;
};

function applyMask(payload: Buffer, key: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ key.readUInt8(index % 4)));
}

function encodeLength(length: number): Buffer {
  if (length < 126) return Buffer.from([length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes.writeUInt8(length < 65_536 ? 126 : 127);
  bytes.writeUIntBE(length, bytes.length - (length < 65_536 ? 2 : 6), length < 65_536 ? 2 : 6);
  return bytes;
}

/** One frame as RFC 6455 §5.2 lays it out. */
export function encodeFrame({
  opcode = OPCODE.text,
  payload = "",
  isFinal = true,
  isCompressed = false,
  maskingKey,
}: FrameInput): Buffer {
  const body = Buffer.from(payload);
  const length = encodeLength(body.length);
  if (maskingKey !== undefined) length.writeUInt8(length.readUInt8() | 0x80);
  const first = opcode | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0);
  return Buffer.concat([
    Buffer.from([first]),
    length,
    maskingKey === undefined ? body : Buffer.concat([maskingKey, applyMask(body, maskingKey)]),
  ]);
}

export function encodeClosePayload(code: number, reason = ""): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

/** The code in a close frame's payload; 1005 where it has none. */
export function toCloseCode({ payload }: Frame): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE();
}

/** Takes the first frame off `bytes`; `undefined` where it is not complete. */
function decodeFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const short = bytes.readUInt8(1) & 0x7f;
  const isMasked = bytes.readUInt8(1) >= 0x80;
  const maskAt = 2 + (short === 127 ? 8 : short === 126 ? 2 : 0);
  const payloadAt = maskAt + (isMasked ? 4 : 0);
  if (bytes.length < payloadAt) return undefined;
  const length =
    short < 126 ? short : bytes.readUIntBE(short === 126 ? 2 : 4, maskAt === 4 ? 2 : 6);
  if (bytes.length < payloadAt + length) return undefined;
  const body = bytes.subarray(payloadAt, payloadAt + length);
  const payload = isMasked ? applyMask(body, bytes.subarray(maskAt, payloadAt)) : Buffer.from(body);
  const frame = {
    opcode: first & 0x0f,
    payload,
    isFinal: first >= 0x80,
    isCompressed: (first & 0x40) !== 0,
    isMasked,
  };
  return { frame, rest: bytes.subarray(payloadAt + length) };
}

/** Reads one side of a raw connection: heads, frames and bytes, in the order they came. */
export class WireReader {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#change();
    });
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        this.#hasEnded = true;
        this.#change();
      });
    }
    // A reset shows as an end; a test that cares listens for itself.
    socket.on("error", () => {});
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #take<T>(parse: (bytes: Buffer) => { value: T; rest: Buffer } | undefined): Promise<T> {
    for (;;) {
      const parsed = parse(this.#bytes);
      if (parsed !== undefined) {
        this.#bytes = parsed.rest;
        return parsed.value;
      }
      if (this.#hasEnded)
        throw new Error(`Ended after ${JSON.stringify(this.#bytes.toString("latin1"))}`);
      // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
      await this.#changed.promise;
    }
  }

  /** A head of HTTP as text, with the blank line that ends it. */
  async head(): Promise<string> {
    return this.#take((bytes) => {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return undefined;
      return { value: bytes.toString("latin1", 0, end + 4), rest: bytes.subarray(end + 4) };
    });
  }

  async frame(): Promise<Frame> {
    return this.#take((bytes) => {
      const decoded = decodeFrame(bytes);
      return decoded && { value: decoded.frame, rest: decoded.rest };
    });
  }

  async bytes(length: number): Promise<Buffer> {
    return this.#take((bytes) =>
      bytes.length < length
        ? undefined
        : { value: bytes.subarray(0, length), rest: bytes.subarray(length) },
    );
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<Buffer> {
    // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
    while (!this.#hasEnded) await this.#changed.promise;
    return this.#bytes;
  }

  /** Bytes that have come and that nobody has asked for yet. */
  get unread(): number {
    return this.#bytes.length;
  }

  get socket(): Socket {
    return this.#socket;
  }
}

/** Lines of a handshake that RFC 6455 §4.1 asks of a client. The key is the RFC's own example. */
export function encodeHandshake(target: string, ...lines: readonly string[]): string {
  return [
    `GET ${target} HTTP/1.1`,
    "Host: pam.test",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...lines,
    "",
    "",
  ].join("\r\n");
}

/** A client with nothing between it and the wire. Every frame it sends is masked. */
export class WebSocketPeer extends WireReader implements AsyncDisposable {
  static async connect(port: number): Promise<WebSocketPeer> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    await once(socket, "connect");
    return new WebSocketPeer(socket);
  }

  /** Connects, shakes hands and gives the answer's head. */
  static async open(
    port: number,
    target = "/",
    ...lines: readonly string[]
  ): Promise<{ peer: WebSocketPeer; head: string }> {
    const peer = await WebSocketPeer.connect(port);
    peer.socket.write(encodeHandshake(target, ...lines));
    return { peer, head: await peer.head() };
  }

  send(frame: FrameInput): void {
    this.socket.write(encodeFrame({ maskingKey: Buffer.from([0x37, 0xfa, 0x21, 0x3d]), ...frame }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, "close");
  }
}
