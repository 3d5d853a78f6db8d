import type { Reply } from "#concerns/chat/chat-answer.ts";
import type { ChatMessage } from "#concerns/chat/read-message.ts";
import { createSharedAnswers } from "#concerns/chat/shared-answers.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { createKeptAnswers, type KeptAnswers, withoutFleeting } from "#pam/kept-answers.ts";
import { logSecurityEvent } from "#pam/safety/middleware.ts";
import type { TurnError, TurnLast } from "#pam/turn-event.ts";
import type { TurnInput } from "#pam/turn.ts";

type Answerers = Pick<
  ConcernDependencies,
  "turn" | "store" | "responseCache" | "loadUserContext" | "tierOf" | "securityEvents"
>;

export interface Question {
  readonly userId: string;
  readonly conversationId: string;
  /** The client did not name it. */
  readonly isUnnamed: boolean;
  readonly message: ChatMessage;
  /** Ends the answer wherever it stands. */
  readonly signal: AbortSignal;
}

/** What was answered, in which conversation, and what went wrong where something did. */
export type Answered = Omit<Reply, "processingTime"> &
  Pick<Question, "conversationId"> & { readonly failure?: string };

const GENERAL = { profile_used: "general" } as const;
const AGAIN = { ...GENERAL, cached_response: true } as const;

/** What is the same where a client sends its message again. */
function toKey({ userId, conversationId, isUnnamed, message }: Question): string {
  const conversation = isUnnamed ? null : conversationId;
  const { message: text, context } = message;
  return JSON.stringify([userId, conversation, text, withoutFleeting(context)]);
}

interface TurnOutcome {
  readonly last: TurnLast;
  readonly hasTools: boolean;
}

async function runTurn(turn: ConcernDependencies["turn"], input: TurnInput): Promise<TurnOutcome> {
  let hasTools = false;
  for await (const event of turn(input)) {
    if (event.kind === "turn-end" || event.kind === "turn-error") return { last: event, hasTools };
    hasTools ||= event.kind === "tool-call";
  }
  throw new TypeError("A turn has ended without a last event");
}

function describeFailure({ reason }: TurnError): string {
  return reason.kind === "model-failed" ? `model-failed: ${reason.failure.kind}` : reason.kind;
}

/**
 * Answers a message that nothing is held against: with what was answered to the very same a moment ago, or by a turn.
 * One that is sent again while it is being answered gets that answer: web clients do so after five seconds, and
 * whatever the message asks for would be done as often. What goes wrong in a turn is an answer too, in the turn's words.
 */
export function createAnswerMessage({
  turn,
  store,
  responseCache,
  loadUserContext,
  tierOf,
  securityEvents,
}: Answerers): (question: Question) => Promise<Answered> {
  const keptAnswers: KeptAnswers = createKeptAnswers({ cache: responseCache, store });

  function tellOfBlock({ reason }: TurnError, { userId, message }: Question): void {
    if (reason.kind !== "blocked") return;
    const { event: name, check, reason: why } = reason.verdict;
    // Not counted against the user, as on the legacy: the same words count on a socket only.
    logSecurityEvent({ name, userId, check, reason: why, text: message.message }, securityEvents);
  }

  async function answer(question: Question): Promise<Answered> {
    const { userId, conversationId, isUnnamed, message, signal } = question;
    const { context } = message;
    const [known, tier] = await Promise.all([
      loadUserContext(userId, context, signal),
      tierOf(userId),
    ]);
    const kept = await keptAnswers.find({ userId, message: message.message, context, known });
    if (kept.kind === "hit") {
      return {
        conversationId,
        response: kept.response,
        actions: [],
        contextUpdates: AGAIN,
      };
    }
    const { last, hasTools } = await runTurn(turn, {
      userId,
      sessionId: conversationId,
      isUnnamed,
      message: message.message,
      context: known,
      tier,
      signal,
    });
    if (last.kind === "turn-error") tellOfBlock(last, question);
    else if (last.reason === "answered" && !hasTools) await kept.keep(last.text);
    return {
      conversationId,
      response: last.text,
      actions: last.uiActions,
      contextUpdates: { ...GENERAL, cached_response: false },
      ...(last.kind === "turn-error" && { failure: describeFailure(last) }),
    };
  }

  const share = createSharedAnswers<Answered>();

  return async (question) => {
    const { answer: answered, isJoined } = await share(
      toKey(question),
      question.signal,
      async (signal) => answer({ ...question, signal }),
    );
    return isJoined ? { ...answered, contextUpdates: AGAIN } : answered;
  };
}
