import type { Clock } from "#platform/clock.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

import type { AgentInput, Executed } from "./agent-input.ts";
import {
  PLAN_LIMITS,
  readTravelContext,
  recoverSteps,
  runSteps,
  statusOf,
  tellSteps,
  toCall,
  type Plan,
  type PlanStore,
} from "./plans/index.ts";
import {
  detectComplexity,
  estimateTokens,
  ModelCallError,
  PURPOSES,
  type ModelMessage,
  type ModelRequest,
  type ModelRunner,
  type TurnBudget,
} from "./providers/index.ts";
import {
  boundResult,
  getToolSchemas,
  type ReadableCall,
  type ToolCaller,
  type ToolResult,
} from "./tools/door.ts";
import type { QuestionDependencies } from "./turn-question.ts";
import type { TurnSafety, TurnStore } from "./turn.ts";
import { toHistoryMessage } from "./turn/past-messages.ts";
import { readContext, type TurnContext } from "./turn/read-context.ts";
import { redactFields, redactMessage, redactResult } from "./turn/redact.ts";
import { runCalls, type CallLog } from "./turn/run-calls.ts";
import { toSystemPrompt } from "./turn/system-prompt.ts";
import type { TurnSignal } from "./turn/turn-signal.ts";
import { toUiActions } from "./turn/ui-actions.ts";

export interface ExecutionDependencies extends Pick<QuestionDependencies, "route" | "tools"> {
  readonly runner: Pick<ModelRunner, "complete">;
  readonly store: Pick<TurnStore, "beginTurn" | "read" | "takePending" | "append">;
  readonly safety: Pick<TurnSafety, "redact">;
  readonly plans: Pick<PlanStore, "read" | "save">;
  readonly onDefect?: (error: unknown) => void;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

export interface Execution extends AgentInput {
  readonly plan: Plan;
  /** Numbers of the steps that the user has agreed to. */
  readonly confirmed: ReadonlySet<number>;
  readonly budget: TurnBudget;
  readonly limit: TurnSignal;
}

/** The steps of which anything is known, as the calls of one answer and their results. */
function toExchange(plan: Plan, toContent: (result: ToolResult) => string): ModelMessage[] {
  const told = plan.steps.flatMap(({ result, ...step }) =>
    result === null ? [] : [{ call: toCall(step), result }],
  );
  if (told.length === 0) return [];
  const results = told.map(({ call: { id, name }, result }) => {
    return { callId: id, name, ok: result.success, content: toContent(result) };
  });
  return [
    { role: "assistant", text: "", toolCalls: told.map(({ call }) => call) },
    { role: "tool", results },
  ];
}

/**
 * Carries a plan out while no other turn of its user runs, and says what came of it. Rejects as the signal aborts
 * before it has begun; from then on what was done is told.
 */
export function createExecution(
  dependencies: ExecutionDependencies,
): (execution: Execution) => Promise<Executed> {
  const { runner, route, tools, store, safety, plans, clock, scheduler } = dependencies;
  const { redact } = safety;
  const toContent = (result: ToolResult): string => JSON.stringify(redactResult(result, redact));

  async function runOne(
    call: ReadableCall,
    { isConfirmed, ...order }: { caller: ToolCaller; isConfirmed: boolean; signal: AbortSignal },
  ): Promise<ToolResult | undefined> {
    const log: CallLog = { ran: [], underWay: Promise.resolve() };
    const calls = runCalls(
      { calls: [call], callsLeft: 1, log, consent: { take: () => isConfirmed }, ...order },
      { find: tools.find, scheduler },
    );
    try {
      await Array.fromAsync(calls);
    } catch (error) {
      if (!order.signal.aborted) throw error;
    }
    return log.ran[0]?.result;
  }

  async function ask(plan: Plan, context: TurnContext, execution: Execution): Promise<string> {
    const { tier, budget, limit } = execution;
    const { known, caller, language } = context;
    const used = new Set(plan.steps.map(({ action }) => action));
    const said: ModelMessage = { role: "user", text: plan.goal };
    const request: ModelRequest = {
      system: toSystemPrompt({
        known: redactFields(readTravelContext(known, plan.goal).context, redact),
        timeZone: caller.timeZone,
        language,
        nowMs: clock.now(),
      }),
      messages: [said, ...toExchange(plan, toContent)].map((message) =>
        redactMessage(message, redact),
      ),
      tools: getToolSchemas().filter(({ name }) => used.has(name)),
      toolChoice: "none",
      ...PURPOSES["after-tools"],
    };
    const found = route({
      tier,
      complexity: detectComplexity(plan.goal).complexity,
      needsTools: used.size > 0,
      inputTokens: estimateTokens(JSON.stringify(request).length),
      maxOutputTokens: request.maxOutputTokens,
    });
    if (found === undefined) return "";
    const { chain } = found;
    const answer = await runner.complete({ request, chain, budget, signal: limit.signal });
    return answer.text.trim();
  }

  /** What was done must be told even where no model tells it. */
  async function phrase(plan: Plan, context: TurnContext, execution: Execution): Promise<string> {
    try {
      if (execution.limit.signal.aborted) return tellSteps(plan);
      const text = await ask(plan, context, execution);
      return text === "" ? tellSteps(plan) : text;
    } catch (error) {
      const isExpected = execution.limit.signal.aborted || error instanceof ModelCallError;
      if (!isExpected) dependencies.onDefect?.(error);
      return tellSteps(plan);
    }
  }

  return async (execution) => {
    const { userId, confirmed, limit } = execution;
    const { signal } = limit;
    await using lease = await store.beginTurn({ userId }, signal);
    limit.follow(lease.signal, "superseded");
    signal.throwIfAborted();
    // Whoever had the user's turn before may have carried it out.
    const begun = (await plans.read(userId, execution.plan.id)) ?? execution.plan;
    if (statusOf(begun) === "finished") {
      const response = begun.response ?? tellSteps(begun);
      const told = { plan: begun, response, uiActions: [] };
      return { kind: "executed", ...told, isRepeat: true, isRemembered: true };
    }

    const { state } = await store.read(userId);
    signal.throwIfAborted();
    // What a chat has asked before is no longer what was asked last.
    if ((state.pending ?? null) !== null) await store.takePending(userId);
    const context = readContext(execution.context, state.context);
    const caller = { userId, ...context.caller };
    const { plan, ran } = await runSteps(
      recoverSteps(begun),
      { confirmed, signal },
      {
        run: async (call, isConfirmed) => runOne(call, { caller, isConfirmed, signal }),
        save: async (changed) => plans.save(changed),
        bound: (result) => boundResult(result, PLAN_LIMITS.resultCharacters),
      },
    );
    const response = await phrase(plan, context, execution);
    const done: Plan =
      statusOf({ ...plan, response }) === "finished" ? { ...plan, response } : plan;
    await plans.save(done);
    const said: readonly ModelMessage[] = [
      { role: "user", text: plan.goal },
      { role: "assistant", text: response, toolCalls: [] },
    ];
    // Whatever ended it: a chat that did not know of a change would make it again.
    const kept = await store.append(lease, said.map(toHistoryMessage));
    return {
      kind: "executed",
      plan: done,
      response,
      uiActions: toUiActions(ran.map(({ result }) => result)),
      isRepeat: false,
      isRemembered: kept === "kept",
    };
  };
}
