import type { z } from "zod";

import { chatBody } from "#contracts/chat/send.contract.ts";
import { LOWER_CASE_UUID } from "#contracts/schema/values.ts";

import { checkRequest } from "../check-request.ts";
import type { PamContextWarning } from "../context/context-issue.ts";
import type { PamContextInput } from "../context/pam-context.ts";
import { repairPamContext, type RepairedPamContext } from "../context/repair-pam-context.ts";
import { PamClientError } from "../pam-client-error.ts";

type ChatFields = z.output<typeof chatBody>;

/** What is asked over REST, and over the socket as far as the socket has a field for it. */
export interface Pam2ChatRequest extends Partial<
  Pick<ChatFields, "session_id" | "conversation_id" | "use_case" | "voice_input" | "attachments">
> {
  readonly type?: "chat";
  /** Whose context it is; who asks is what the token says. */
  readonly user_id: string;
  /** 1 to 2,000 code points, white space at its ends not counted. */
  readonly message: string;
  readonly context?: PamContextInput | undefined;
}

/** A request whose context is repaired, and which the backend will not refuse for its fields. */
export interface PreparedChat extends Omit<Pam2ChatRequest, "user_id" | "context" | "type"> {
  readonly type: "chat";
  /** Only in the spelling that the backend accepts: it refuses others, and reads none. */
  readonly user_id?: string;
  readonly context: RepairedPamContext;
}

export type OnWarning = (warning: PamContextWarning) => void;

const CONTEXT_MAX_KEYS = 50;
const UUID = new RegExp(LOWER_CASE_UUID, "u");

const outgoing = chatBody.refine(
  ({ context }) => Object.keys(context ?? {}).length <= CONTEXT_MAX_KEYS,
  { path: ["context"], error: `Too many fields: wanted at most ${CONTEXT_MAX_KEYS}` },
);

/**
 * Repairs the context, tells of each repair, and checks the rest. Throws `invalid-context` or `invalid-request` for
 * what the backend would refuse: it counts refusals, and after a few it closes the user's sockets.
 */
export function prepareChat(request: Pam2ChatRequest, onWarning: OnWarning): PreparedChat {
  const { user_id, context, ...rest } = request;
  const repair = repairPamContext(context, user_id);
  for (const warning of repair.warnings) onWarning(warning);
  if (repair.kind === "unusable") {
    const failure = { kind: "invalid-context", issues: repair.errors } as const;
    throw new PamClientError(failure, { mayHaveArrived: false });
  }
  const body = {
    ...rest,
    type: "chat",
    ...(UUID.test(user_id) && { user_id }),
    context: repair.context,
  } as const;
  return checkRequest(outgoing, body);
}
