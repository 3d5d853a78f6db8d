import { randomUUID } from "node:crypto";

import { admitUser } from "#concerns/chat/admit-user.ts";
import { createAnswerMessage } from "#concerns/chat/answer-message.ts";
import { type Reply, toChatAnswer, toFailedReply } from "#concerns/chat/chat-answer.ts";
import { createChatLog } from "#concerns/chat/chat-log.ts";
import { type ChatMessage, readMessage } from "#concerns/chat/read-message.ts";
import { findRefusal } from "#concerns/chat/refuse-message.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** A conversation is what the client calls it; where it calls it nothing it gets a new name. */
const nameOf = ({ conversation_id, session_id }: ChatMessage): string | null =>
  conversation_id ?? session_id;

/** Runs an answer to its end or to the deadline of a turn, counted from the request on and not from its model's. */
async function withinDeadline<Result>(
  scheduler: Scheduler,
  client: AbortSignal,
  answer: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const cancel = scheduler.after(PROVIDER_POLICY.turnMs, () => {
    deadline.abort();
  });
  try {
    return await answer(AbortSignal.any([client, deadline.signal]));
  } finally {
    cancel();
  }
}

interface Outcome {
  readonly reply: Reply;
  readonly conversationId: string;
  readonly failure: string | undefined;
}

/**
 * `POST /api/v1/pam/chat`: a message to the assistant. Malformed JSON beats a missing token, that the limit, and that
 * a wrong field; what is wrong with the message itself, and what goes wrong in answering it, are answers with 200.
 */
export function createSend(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, scheduler, safetyProfileOf } = dependencies;
  const answerMessage = createAnswerMessage(dependencies);
  const writeDown = createChatLog(dependencies);

  return async (request, response, { requestId }) => {
    const startedAtMs = clock.now();
    const startedMs = clock.monotonicMs();
    const tookMs = (): number => clock.monotonicMs() - startedMs;
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    if (!(await admitUser(response, userId, dependencies))) return;
    const profile = safetyProfileOf(userId);
    const message = readMessage(body, profile);
    const name = nameOf(message);
    const conversation = { conversationId: name ?? randomUUID(), isUnnamed: name === null };
    const messageId = randomUUID();

    async function answer(signal: AbortSignal): Promise<Outcome> {
      const refusal = await findRefusal(message, { userId, profile }, dependencies);
      if (refusal !== undefined) {
        const { conversationId } = conversation;
        const reply = toFailedReply(message.message, refusal, tookMs());
        return { reply, conversationId, failure: refusal };
      }
      const question = { userId, ...conversation, message, signal };
      const { failure, conversationId, ...answered } = await answerMessage(question);
      const reply = { ...answered, processingTime: Math.round(tookMs()) };
      return { reply, conversationId, failure };
    }

    await whileConnected(response, async (client) => {
      const { reply, conversationId, failure } = await withinDeadline(scheduler, client, answer);
      const { response: text, actions, contextUpdates } = reply;
      if (!client.aborted) {
        const frame = { conversationId, messageId, nowMs: clock.now() };
        sendJson(response, 200, toChatAnswer(reply, frame));
      }
      await writeDown({
        requestId,
        userId,
        conversationId,
        messageId,
        message,
        startedAtMs,
        tookMs: tookMs(),
        responseLength: text.length,
        actionTypes: actions.map(({ type }) => type),
        isCached: contextUpdates?.cached_response ?? false,
        failure,
      });
    });
  };
}
