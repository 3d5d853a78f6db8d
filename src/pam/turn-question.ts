import type { Tier } from "#pam/retry-policy.ts";
import type { Clock } from "#platform/clock.ts";

import {
  detectComplexity,
  estimateTokens,
  ModelCallError,
  PURPOSES,
  type ModelRoute,
  type RouteRequest,
} from "./providers/index.ts";
import { toSnapshot } from "./store/index.ts";
import type { InstanceState } from "./store/instance-state.ts";
import type { PamInstance } from "./store/pam-instance-store.ts";
import type { TurnTools } from "./turn-tools.ts";
import { recentToolsOf, toPastMessages } from "./turn/past-messages.ts";
import { readContext, type ClientContext } from "./turn/read-context.ts";
import { redactFields, redactMessage, type Redact } from "./turn/redact.ts";
import type { Question } from "./turn/run-rounds.ts";
import { toSystemPrompt } from "./turn/system-prompt.ts";

export interface TurnInput {
  /** From the verified token. */
  readonly userId: string;
  readonly sessionId?: string | undefined;
  /** The client gave no name, and the one above is new: it goes on wherever the user was last. */
  readonly isUnnamed?: boolean;
  /** Sanitised, and not blank. */
  readonly message: string;
  /** Sanitised, with whatever the surface knows of the user. */
  readonly context?: ClientContext | undefined;
  readonly tier: Tier;
  /** The caller has gone away. */
  readonly signal?: AbortSignal | undefined;
}

export interface QuestionDependencies {
  /** Which models to ask, best first; `undefined` where none can hold the request. */
  readonly route: (request: RouteRequest) => ModelRoute | undefined;
  readonly tools: TurnTools;
  readonly redact: Redact;
  readonly clock: Pick<Clock, "now">;
}

export interface TurnQuestion {
  readonly asked: Omit<Question, "budget" | "consent" | "signal">;
  /** What is worth knowing in the next turn. */
  readonly knowledge: InstanceState;
}

/**
 * Makes what the model is asked, and of whom, out of what the user says and what is known of them. All of it is
 * redacted. Throws a `ModelCallError` where no model can hold it.
 */
export function createTurnQuestion({
  route,
  tools,
  redact,
  clock,
}: QuestionDependencies): (input: TurnInput, instance: PamInstance) => TurnQuestion {
  function chainFor(
    { message, tier }: TurnInput,
    prompt: Pick<Question, "system" | "messages" | "tools">,
  ): Question["chain"] {
    const found = route({
      tier,
      complexity: detectComplexity(message).complexity,
      needsTools: prompt.tools.length > 0,
      inputTokens: estimateTokens(JSON.stringify(prompt).length),
      maxOutputTokens: PURPOSES["after-tools"].maxOutputTokens,
    });
    if (found !== undefined) return found.chain;
    const facts = { attempts: [], isPartial: false };
    throw new ModelCallError({ kind: "request-too-large" }, facts);
  }

  return (input, { state, history }) => {
    const { userId, message } = input;
    const { known, caller, page, ...context } = readContext(input.context ?? {}, state.context);
    const language = context.language ?? state.language;
    const past = toPastMessages(history);
    const prompt = {
      system: toSystemPrompt({
        // By value, not as text: a longitude reads like a telephone number.
        known: redactFields(known, redact),
        timeZone: caller.timeZone,
        language,
        nowMs: clock.now(),
      }),
      messages: [...past, { role: "user", text: message } as const].map((each) =>
        redactMessage(each, redact),
      ),
      tools: tools.choose(message, userId, { page, recentTools: recentToolsOf(past) }),
    };
    return {
      asked: {
        ...prompt,
        chain: chainFor(input, prompt),
        caller: { userId, ...caller },
      },
      knowledge: { ...(language !== undefined && { language }), context: toSnapshot(known) },
    };
  };
}
