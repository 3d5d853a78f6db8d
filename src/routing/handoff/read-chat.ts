import { z } from "zod";

import {
  contextField,
  isAnswer,
  type PassedTurn,
  readJson,
  type Skipped,
  textField,
} from "#routing/handoff/said.ts";

const asked = z.object({
  message: z.string(),
  context: contextField,
  session_id: textField,
  conversation_id: textField,
});

/** Failures of the legacy's handler come as answers too, with an action of this type. */
const errorAction = z.looseObject({ type: z.literal("error") });
const answered = z.object({
  response: z.string(),
  actions: z.array(z.unknown()).nullish().catch([]),
});

/** Reads one chat over REST from the bodies of a 200, both as plain text. Pure. */
export function readChat(requestBody: string, answerBody: string): PassedTurn | Skipped {
  const request = asked.safeParse(readJson(requestBody));
  const answer = answered.safeParse(readJson(answerBody));
  if (!request.success || !answer.success) return "unreadable";
  const { message, context, session_id, conversation_id } = request.data;
  const { response, actions } = answer.data;
  const hasFailed = (actions ?? []).some((action) => errorAction.safeParse(action).success);
  if (hasFailed || !isAnswer(response)) return "no-turn";
  return { said: { message, context, sessionId: conversation_id ?? session_id }, answer: response };
}
