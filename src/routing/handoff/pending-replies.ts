import type { Asked, Replied } from "#routing/handoff/dialect.ts";

/** A client that asks so much without an answer is none of ours; what came before cannot be told apart any more. */
const MAX_PENDING = 100;

/** What awaits a frame of its own. */
export type Awaited = Exclude<Asked, { readonly kind: "init" }>;

/**
 * Finds what a server's frame answers. Nothing on the wire says so; but the legacy takes the frames of a socket one
 * after the other and answers each before the next, so the oldest question that a frame can answer is the one.
 */
export interface PendingReplies {
  /** False where too much is pending. */
  ask(asked: Awaited): boolean;
  /** `undefined` where the frame answers nothing that was asked, or is an error. */
  reply(replied: Replied): Awaited | undefined;
}

export function createPendingReplies(): PendingReplies {
  let pending: Awaited[] = [];
  return {
    ask(asked) {
      pending.push(asked);
      return pending.length <= MAX_PENDING;
    },
    reply({ kind }) {
      // An error answers whatever is next; frames that nothing answers are not pending.
      const at = kind === "error" ? 0 : pending.findIndex((asked) => asked.kind === kind);
      if (at === -1) return undefined;
      const asked = pending[at];
      // What stands before it will not be answered any more.
      pending = pending.slice(at + 1);
      return kind === "error" ? undefined : asked;
    },
  };
}
