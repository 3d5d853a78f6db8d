import type {
  ReadableCall,
  ToolCall,
  ToolCallable,
  ToolCaller,
  ToolErrorCode,
  ToolResult,
} from "#pam/tools/door.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

import type { TurnStep } from "../turn-event.ts";
import type { Consent } from "./consent.ts";
import { TURN_LIMITS } from "./limits.ts";

/** One tool as a turn sees it. */
export interface TurnTool {
  readonly access: "read" | "write";
  /** What the user is asked before it runs; `undefined` where they need not be. */
  readonly confirmationPrompt: string | undefined;
  /** Never rejects, and settles when its signal aborts. */
  readonly run: ToolCallable;
}

export interface RanCall {
  readonly call: ToolCall;
  readonly result: ToolResult;
  /** It may have changed what is stored. */
  readonly isWrite: boolean;
}

/** What tools have done in a turn so far, and what they are doing. */
export interface CallLog {
  readonly ran: RanCall[];
  /** Settles when all that has begun is in `ran`; soon after the turn's signal aborts. Never rejects. */
  underWay: Promise<unknown>;
}

/** What one answer of the model asks for, and under what terms. */
export interface CallOrder {
  readonly calls: readonly ToolCall[];
  /** How many of them may still be run in this turn. */
  readonly callsLeft: number;
  readonly log: CallLog;
  readonly caller: ToolCaller;
  /** Of the user, to what needs it. */
  readonly consent: Consent;
  readonly signal: AbortSignal;
}

export interface CallDependencies {
  /** `undefined` where there is no such tool for this user. */
  readonly find: (name: string, userId: string) => TurnTool | undefined;
  readonly scheduler: Scheduler;
}

type Permit =
  | { readonly kind: "run"; readonly tool: TurnTool; readonly args: ReadableCall["args"] }
  | { readonly kind: "refused"; readonly result: ToolResult };

const toFailure = (error_code: ToolErrorCode, error: string): ToolResult => ({
  success: false,
  error,
  error_code,
});

const refused = (code: ToolErrorCode, error: string): Permit => ({
  kind: "refused",
  result: toFailure(code, error),
});

/** Whether a call is run at all, or which result it has without. */
function permit(call: ToolCall, tool: TurnTool | undefined, { consent }: CallOrder): Permit {
  if (tool === undefined) return refused("UNKNOWN_TOOL", `There is no tool named "${call.name}"`);
  if (call.kind === "unreadable") return refused("INVALID_ARGUMENTS", call.error);
  if (tool.confirmationPrompt !== undefined && !consent.take(call)) {
    return refused("CONFIRMATION_REQUIRED", tool.confirmationPrompt);
  }
  return { kind: "run", tool, args: call.args };
}

function timeoutText(name: string, { access }: TurnTool): string {
  const late = `${name} took longer than ${TURN_LIMITS.toolMs / 1_000} s`;
  return access === "read" ? late : `${late}: it may have been carried out all the same`;
}

interface Step extends Pick<RanCall, "call" | "isWrite"> {
  readonly run: () => Promise<ToolResult>;
}

function toSteps(order: CallOrder, { find, scheduler }: CallDependencies): readonly Step[] {
  async function runInTime(name: string, { tool, args }: Permit & { kind: "run" }) {
    const limit = new AbortController();
    const cancel = scheduler.after(TURN_LIMITS.toolMs, () => {
      limit.abort();
    });
    try {
      const signal = AbortSignal.any([order.signal, limit.signal]);
      const result = await tool.run(args, order.caller, signal);
      const isLate = limit.signal.aborted && !result.success;
      return isLate ? toFailure("TIMEOUT", timeoutText(name, tool)) : result;
    } finally {
      cancel();
    }
  }

  const tooMany = `Not run: a turn has at most ${TURN_LIMITS.toolCalls} tool calls`;
  return order.calls.map((call, index): Step => {
    const given =
      index < order.callsLeft
        ? permit(call, find(call.name, order.caller.userId), order)
        : refused("LIMIT_REACHED", tooMany);
    if (given.kind === "refused") {
      return { call, isWrite: false, run: async () => Promise.resolve(given.result) };
    }
    const isWrite = given.tool.access === "write";
    return { call, isWrite, run: async () => runInTime(call.name, given) };
  });
}

/** What may run at once: reads that stand next to each other, so many at a time, and every write alone. */
function toBatches(steps: readonly Step[]): readonly (readonly Step[])[] {
  const batches: Step[][] = [];
  for (const step of steps) {
    const last = batches.at(-1);
    const joins =
      last !== undefined &&
      !step.isWrite &&
      last[0]?.isWrite === false &&
      last.length < TURN_LIMITS.readsAtATime;
    if (joins) last.push(step);
    else batches.push([step]);
  }
  return batches;
}

async function runBatch(batch: readonly Step[], { ran }: CallLog): Promise<readonly RanCall[]> {
  const done = await Promise.all(
    batch.map(async ({ call, isWrite, run }) => ({ call, isWrite, result: await run() })),
  );
  ran.push(...done);
  return done;
}

/**
 * Runs the tools that one answer asks for, in its order, and logs each as it ends. Every call gets a result: what may
 * not be run says so to the model. Throws the signal's reason, and nothing else.
 */
export async function* runCalls(
  order: CallOrder,
  dependencies: CallDependencies,
): AsyncGenerator<TurnStep, void, void> {
  for (const batch of toBatches(toSteps(order, dependencies))) {
    for (const { call } of batch) yield { kind: "tool-call", callId: call.id, name: call.name };
    order.signal.throwIfAborted();
    const running = runBatch(batch, order.log);
    order.log.underWay = running;
    // oxlint-disable-next-line no-await-in-loop -- a write must not overtake what stands before it
    const done = await running;
    order.signal.throwIfAborted();
    for (const { call, result } of done) {
      yield { kind: "tool-result", callId: call.id, name: call.name, result };
    }
  }
}
