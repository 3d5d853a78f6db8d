import { isUtf8 } from "node:buffer";

/** One open WebSocket, as far as the conversations need it. */
export interface Socket {
  send(text: string): void;
  /**
   * Closes with a reason. A reason that does not fit into a close frame (RFC 6455 §5.5: 123 bytes) makes the
   * legacy fail in mid-close: the socket stays open and nobody answers on it any more.
   */
  close(code: number, reason: string): void;
  ping(): void;
}

export const fitsCloseFrame = (reason: string): boolean =>
  Buffer.byteLength(reason) <= 123 && isUtf8(Buffer.from(reason));

/** What a conversation does with what comes in. */
export interface Conversation {
  text(frame: string): void;
  binary(): void;
  /** A protocol pong (RFC 6455 §5.5.3). */
  pong(): void;
  /** The connection is gone. */
  ended(): void;
}
