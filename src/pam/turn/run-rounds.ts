import type {
  EndReason,
  ModelMessage,
  ModelRequest,
  ModelRunner,
  ModelTarget,
  TurnBudget,
} from "#pam/providers/index.ts";
import type { PublishedTool, ToolCall, ToolCaller, ToolResult } from "#pam/tools/door.ts";

import type { TurnStep } from "../turn-event.ts";
import type { Consent } from "./consent.ts";
import type { Course } from "./course.ts";
import { TURN_LIMITS } from "./limits.ts";
import { runCalls, type CallDependencies } from "./run-calls.ts";
import { tidyCalls } from "./tidy-calls.ts";

/** What one turn asks the model, the same in every round. All of it is redacted. */
export interface Question {
  readonly system: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly PublishedTool[];
  readonly chain: readonly ModelTarget[];
  readonly budget: TurnBudget;
  readonly caller: ToolCaller;
  readonly consent: Consent;
  readonly signal: AbortSignal;
}

export interface RoundDependencies extends CallDependencies {
  readonly runner: Pick<ModelRunner, "stream">;
  /** How long and how free an answer may be, before tools have run and after. */
  readonly purposeOf: (
    hasResults: boolean,
  ) => Pick<ModelRequest, "maxOutputTokens" | "temperature">;
  /** A result as the model gets it: redacted, bounded, JSON. */
  readonly toContent: (result: ToolResult) => string;
  readonly redactMessage: (message: ModelMessage) => ModelMessage;
}

interface Answer {
  readonly toolCalls: readonly ToolCall[];
  readonly reason: EndReason;
}

/** Who has just answered is asked first in the next round: the others were passed over for a reason. */
const withFirst = (chain: readonly ModelTarget[], { provider, model }: ModelTarget) => {
  const isIt = (target: ModelTarget): boolean =>
    target.provider === provider && target.model === model;
  return [...chain.filter(isIt), ...chain.filter((target) => !isIt(target))];
};

async function* ask(
  question: Question & { readonly mayCall: boolean },
  course: Course,
  { runner, purposeOf, redactMessage }: RoundDependencies,
): AsyncGenerator<TurnStep, Answer, void> {
  const { system, messages, tools, chain, budget, signal } = question;
  const request: ModelRequest = {
    system,
    messages: [...messages, ...course.messages.map(redactMessage)],
    tools,
    toolChoice: question.mayCall ? "auto" : "none",
    ...purposeOf(course.ran.length > 0),
  };
  const toolCalls: ToolCall[] = [];
  let reason: EndReason = "answered";
  const first = course.served === undefined ? chain : withFirst(chain, course.served);
  course.beginAnswer();
  for await (const event of runner.stream({ request, chain: first, budget, signal })) {
    switch (event.kind) {
      case "text-delta":
        yield* course.say(event.text);
        break;
      case "tool-call":
        toolCalls.push(event.call);
        break;
      case "usage":
        course.addUsage(event.usage);
        break;
      case "end":
        course.served = event.served;
        ({ reason } = event);
        break;
      default:
        event satisfies never;
    }
  }
  return { toolCalls: tidyCalls(toolCalls, request.messages), reason };
}

/**
 * Asks the model, runs the tools it calls, and asks again with their results, until it answers without a call or may
 * not make another one. Gives why the last answer ended.
 */
export async function* runRounds(
  question: Question,
  course: Course,
  dependencies: RoundDependencies,
): AsyncGenerator<TurnStep, EndReason, void> {
  for (let round = 0; ; round += 1) {
    const callsLeft = TURN_LIMITS.toolCalls - course.ran.length;
    const mayCall = round < TURN_LIMITS.toolRounds && callsLeft > 0;
    const { toolCalls, reason } = yield* ask({ ...question, mayCall }, course, dependencies);
    // A model that calls where it was told not to is taken by what it says.
    if (toolCalls.length === 0 || !mayCall) return reason;
    const before = course.ran.length;
    const order = { ...question, calls: toolCalls, callsLeft, log: course };
    yield* runCalls(order, dependencies);
    const results = course.ran.slice(before).map(({ call, result }) => ({
      callId: call.id,
      name: call.name,
      ok: result.success,
      content: dependencies.toContent(result),
    }));
    course.messages.push(
      { role: "assistant", text: course.answer, toolCalls },
      { role: "tool", results },
    );
  }
}
