import type { RawHeaders } from "#routing/upstream/upstream.ts";

/**
 * Looks on while one request passes to the upstream and its answer comes back. Each method is called as the thing
 * happens and must return at once: it may not wait, throw, or change a chunk, and a chunk it keeps is kept whole in
 * memory. Nothing of what passes depends on it.
 */
export interface ExchangeTap {
  requestBytes(chunk: Buffer): void;
  /** Once, with the upstream's own head, before any of its body. Not called for Banyan's own answers. */
  answerHead(status: number, headers: RawHeaders): void;
  answerBytes(chunk: Buffer): void;
  /** Last and once; `isComplete` where the client got the upstream's whole answer. */
  ended(isComplete: boolean): void;
}

/** Looks on at an open tunnel: bytes as they pass, frames not yet told apart. The same rules hold. */
export interface SocketTap {
  fromClient(chunk: Buffer): void;
  fromUpstream(chunk: Buffer): void;
  /** Last and once. */
  ended(): void;
}
