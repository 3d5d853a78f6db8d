import {
  createTurnBudget,
  PURPOSES,
  type ModelMessage,
  type ModelRunner,
  type ModelTarget,
} from "banyan/policy";
import type { PublishedTool, ToolAnswer, ToolCall, ToolCallable } from "banyan/tools";

const MAX_ROUNDS = 4;
const MAX_CALLS = 8;

export interface Turn {
  readonly messages: readonly ModelMessage[];
  readonly chain: readonly ModelTarget[];
  readonly tools: readonly PublishedTool[];
  readonly userId: string;
  readonly signal: AbortSignal;
}

export interface TurnResult {
  readonly response: string;
  readonly tools_used: readonly string[];
  readonly model: string;
}

export interface TurnDependencies {
  readonly runner: ModelRunner;
  readonly callables: ReadonlyMap<string, ToolCallable>;
}

const SYSTEM = [
  "You are PAM, a travel assistant for people who live and travel in motorhomes and caravans. " +
    "Answer briefly, in the user's language. Use the tools for facts, and never invent them.",
];

async function answerCall(
  call: ToolCall,
  { userId, signal }: Turn,
  callables: TurnDependencies["callables"],
): Promise<ToolAnswer> {
  const { id: callId, name } = call;
  const failed = (error: string): ToolAnswer => ({
    callId,
    name,
    ok: false,
    content: JSON.stringify({ success: false, error }),
  });
  if (call.kind === "unreadable") return failed(call.error);
  const callable = callables.get(name);
  if (callable === undefined) return failed(`There is no tool named ${name}`);
  const result = await callable(call.args, { userId }, signal);
  return { callId, name, ok: result.success, content: JSON.stringify(result) };
}

/**
 * One turn: the model is asked, its calls are carried out and told back to it, until it answers in words. Attempts,
 * fallbacks and time are the policy's, and the whole turn shares one budget.
 */
export async function runTurn(
  turn: Turn,
  { runner, callables }: TurnDependencies,
): Promise<TurnResult> {
  const { chain, tools, signal } = turn;
  const budget = createTurnBudget();
  const messages = [...turn.messages];
  const used: string[] = [];
  for (let round = 1; ; round += 1) {
    const mayCall = round <= MAX_ROUNDS && used.length < MAX_CALLS;
    const { maxOutputTokens, temperature } = PURPOSES[round === 1 ? "chat" : "after-tools"];
    const request = {
      system: SYSTEM,
      messages: [...messages],
      tools,
      toolChoice: mayCall ? ("auto" as const) : ("none" as const),
      maxOutputTokens,
      temperature,
    };
    // oxlint-disable-next-line no-await-in-loop -- a round needs the results of the one before
    const answer = await runner.complete({ request, chain, budget, signal });
    const calls = mayCall ? answer.toolCalls.slice(0, MAX_CALLS - used.length) : [];
    if (calls.length === 0) {
      return { response: answer.text, tools_used: used, model: answer.served.model };
    }
    used.push(...calls.map(({ name }) => name));
    messages.push({ role: "assistant", text: answer.text, toolCalls: calls });
    // oxlint-disable-next-line no-await-in-loop -- see above
    const results = await Promise.all(calls.map(async (call) => answerCall(call, turn, callables)));
    messages.push({ role: "tool", results });
  }
}
