import type { RawHeaders } from "#routing/upstream/upstream.ts";

/**
 * Looks on while one request passes to the upstream and its answer comes back. Each method is called as the thing
 * happens and must return at once: it may not wait, throw, or change a chunk. A chunk is good until the method returns,
 * because its memory is used again: who wants to keep it copies it. Nothing of what passes depends on it.
 */
export interface ExchangeTap {
  requestBytes(chunk: Buffer): void;
  /** Once, with the upstream's own head, before any of its body. Not called for Banyan's own answers. */
  answerHead(status: number, headers: RawHeaders): void;
  answerBytes(chunk: Buffer): void;
  /** Last and once; `isComplete` where the client got the upstream's whole answer. */
  ended(isComplete: boolean): void;
}

/**
 * Looks on at an open tunnel: bytes once they have been passed on, frames not yet told apart. The same rules hold.
 * Where no tunnel opens, it is not called at all.
 */
export interface SocketTap {
  fromClient(chunk: Buffer): void;
  fromUpstream(chunk: Buffer): void;
  /** Last and once. */
  ended(): void;
}

/** Several onlookers as one; `undefined` for none, so that nothing is called for nobody. */
export function composeExchangeTaps(
  taps: readonly (ExchangeTap | undefined)[],
): ExchangeTap | undefined {
  const present = taps.filter((tap) => tap !== undefined);
  if (present.length <= 1) return present[0];
  return {
    requestBytes(chunk) {
      for (const tap of present) tap.requestBytes(chunk);
    },
    answerHead(status, headers) {
      for (const tap of present) tap.answerHead(status, headers);
    },
    answerBytes(chunk) {
      for (const tap of present) tap.answerBytes(chunk);
    },
    ended(isComplete) {
      for (const tap of present) tap.ended(isComplete);
    },
  };
}

/** The same for sockets. */
export function composeSocketTaps(taps: readonly (SocketTap | undefined)[]): SocketTap | undefined {
  const present = taps.filter((tap) => tap !== undefined);
  if (present.length <= 1) return present[0];
  return {
    fromClient(chunk) {
      for (const tap of present) tap.fromClient(chunk);
    },
    fromUpstream(chunk) {
      for (const tap of present) tap.fromUpstream(chunk);
    },
    ended() {
      for (const tap of present) tap.ended();
    },
  };
}
