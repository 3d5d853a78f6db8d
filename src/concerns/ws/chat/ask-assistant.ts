import type { ConcernDependencies } from "#concerns/concern.ts";
import { type InitData, withInitData } from "#concerns/ws/chat/chat-context.ts";
import type { TurnEvent } from "#pam/turn-event.ts";

/** What a user says on a socket. */
export interface Question {
  readonly userId: string;
  readonly sessionId: string | undefined;
  /** Sanitised, and not blank. */
  readonly text: string;
  /** Sanitised. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly init: InitData | undefined;
}

/** A question under way, and what is to become of it when the one who asked has gone. */
export interface Asking extends AsyncIterable<TurnEvent> {
  /**
   * Nobody listens any more. A turn that has changed nothing yet is given up, because the client asks again by another
   * way; one that has called tools is finished, so that the history tells what they did.
   */
  abandon(): void;
}

export type AskAssistant = (question: Question) => Asking;

export type AskDependencies = Pick<ConcernDependencies, "turn" | "loadUserContext" | "tierOf">;

export function createAskAssistant({
  turn,
  loadUserContext,
  tierOf,
}: AskDependencies): AskAssistant {
  return ({ userId, sessionId, text, context, init }) => {
    const caller = new AbortController();
    const { signal } = caller;
    let hasCalledTool = false;

    async function* answer(): AsyncGenerator<TurnEvent, void, void> {
      const [known, tier] = await Promise.all([
        loadUserContext(userId, context, signal),
        tierOf(userId),
      ]);
      const asked = { userId, sessionId, message: text, tier, signal };
      for await (const event of turn({ ...asked, context: withInitData(known, init) })) {
        hasCalledTool ||= event.kind === "tool-call";
        yield event;
      }
    }

    return {
      [Symbol.asyncIterator]: answer,
      abandon() {
        if (!hasCalledTool) caller.abort(new Error("The client has gone"));
      },
    };
  };
}
