import {
  createModelRunner,
  type EndReason,
  type ModelProvider,
  type ModelRequest,
} from "#pam/providers/index.ts";
import { ProviderError } from "#pam/providers/provider-error.ts";
import type { FailureKind } from "#pam/retry-policy.ts";
import { runSafetyStages } from "#pam/safety/middleware.ts";
import { redactPersonalData } from "#pam/safety/redact-personal-data.ts";
import { createProcessMemory, InMemoryPamInstanceStore } from "#pam/store/index.ts";
import { chooseTools, type ToolCall, type ToolCallable, type ToolResult } from "#pam/tools/door.ts";
import type { TurnEvent } from "#pam/turn-event.ts";
import { createTurn, type Turn, type TurnDependencies, type TurnInput } from "#pam/turn.ts";
import type { TurnTool } from "#pam/turn/run-calls.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

export const USER = "11111111-1111-4111-8111-111111111111";

/** What the fake model does when it is asked. */
export interface FakeAnswer {
  readonly text?: readonly string[];
  /** Names of tools, or whole calls. */
  readonly calls?: readonly (string | ToolCall)[];
  readonly reason?: EndReason;
  /** After its text. */
  readonly fails?: FailureKind;
  /** Says nothing until its signal aborts. */
  readonly hangs?: boolean;
}

export const call = (
  name: string,
  id: string,
  args: Readonly<Record<string, unknown>> = {},
): ToolCall => ({
  kind: "call",
  id,
  name,
  args,
});

/** Rejects as the signal aborts. */
export async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  signal?.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

/** Answers in turn; the last one is for all that follow. Keeps what it was asked. */
function createFakeModel(answers: readonly FakeAnswer[]): {
  readonly provider: ModelProvider;
  readonly requests: readonly ModelRequest[];
} {
  const requests: ModelRequest[] = [];
  let round = 0;
  const provider: ModelProvider = {
    name: "anthropic",
    complete: async () => Promise.reject(new Error("A turn streams")),
    async *stream(request, { signal }) {
      requests.push(request);
      const answer = answers[Math.min(round, answers.length - 1)] ?? {};
      round += 1;
      const calls = (answer.calls ?? []).map((given, index) =>
        typeof given === "string" ? call(given, `${given}-${round}-${index}`) : given,
      );
      for (const text of answer.text ?? []) yield { kind: "text-delta", text };
      if (answer.hangs === true) await untilAborted(signal);
      if (answer.fails !== undefined) throw new ProviderError({ kind: answer.fails }, "It fails");
      for (const given of calls) yield { kind: "tool-call", call: given };
      yield { kind: "usage", usage: { inputTokens: 10, outputTokens: 2 } };
      const reason = answer.reason ?? (calls.length > 0 ? "tool-calls" : "answered");
      yield { kind: "end", reason };
    },
  };
  return { provider, requests };
}

export const succeed = (fields: Readonly<Record<string, unknown>> = {}): ToolCallable => {
  const result: ToolResult = { ...fields, success: true };
  return async () => Promise.resolve(result);
};

export const tool = (
  access: "read" | "write",
  run: ToolCallable = succeed(),
  confirmationPrompt?: string,
): TurnTool => ({ access, run, confirmationPrompt });

export interface TurnFixture {
  readonly turn: Turn;
  readonly time: ManualTime;
  readonly requests: readonly ModelRequest[];
  readonly defects: readonly unknown[];
  readonly store: InMemoryPamInstanceStore;
  /** Turns of the user that have begun and not ended. */
  readonly heldTurns: () => number;
  readonly run: (message: string, more?: Partial<TurnInput>) => Promise<readonly TurnEvent[]>;
  /** What is kept, as one line a message. */
  readonly history: () => Promise<readonly string[]>;
}

export interface FixtureOptions {
  readonly answers?: readonly FakeAnswer[];
  readonly tools?: Readonly<Record<string, TurnTool>>;
  readonly dependencies?: Partial<TurnDependencies>;
  /** Goes around everything that a turn waits for. */
  readonly around?: <T>(name: string, task: () => Promise<T>) => Promise<T>;
}

/** A turn over the real runner, safety and store; the model is a script, and time is a test's. */
export function createTurnFixture(options: FixtureOptions = {}): TurnFixture {
  const {
    answers = [{ text: ["Hello"] }],
    tools = {},
    around = async (_name, task) => task(),
  } = options;
  const time = createManualTime(Date.UTC(2026, 2, 15, 12));
  const { clock, scheduler } = time;
  const model = createFakeModel(answers);
  const runner = createModelRunner({
    providers: new Map([["anthropic", model.provider]]),
    clock,
    scheduler,
    random: () => 0.5,
    wait: async (delayMs) => time.advance(delayMs),
  });
  const store = new InMemoryPamInstanceStore({ memory: createProcessMemory({ clock }) });
  const defects: unknown[] = [];
  let held = 0;
  const turn = createTurn({
    runner,
    route: () => ({
      chain: [{ provider: "anthropic", model: "claude-sonnet-4-6" }],
      reason: "It is the only one",
      estimatedUsd: 0,
    }),
    tools: {
      choose: (message, _userId, choice) => chooseTools(message, choice),
      find: (name) => {
        const found = tools[name];
        if (found === undefined) return undefined;
        return { ...found, run: async (...args) => around("tool", async () => found.run(...args)) };
      },
    },
    store: {
      async beginTurn(given, signal) {
        return around("begin", async () => {
          const lease = await store.beginTurn(given, signal);
          held += 1;
          let isHeld = true;
          return {
            ...lease,
            async [Symbol.asyncDispose]() {
              held -= isHeld ? 1 : 0;
              isHeld = false;
              await lease[Symbol.asyncDispose]();
            },
          };
        });
      },
      read: async (userId) => around("read", async () => store.read(userId)),
      update: async (userId, state) => around("update", async () => store.update(userId, state)),
      takePending: async (userId) => around("take", async () => store.takePending(userId)),
      append: async (lease, messages) =>
        around("append", async () => store.append(lease, messages)),
    },
    safety: {
      check: async (text, { signal }) =>
        around("check", async () => runSafetyStages(text, { signal })),
      redact: redactPersonalData,
    },
    onDefect: (error) => defects.push(error),
    clock,
    scheduler,
    ...options.dependencies,
  });
  return {
    turn,
    time,
    requests: model.requests,
    defects,
    store,
    heldTurns: () => held,
    run: async (message, more = {}) =>
      Array.fromAsync(turn({ userId: USER, message, tier: "paid", ...more })),
    async history() {
      const { history } = await store.read(USER);
      return history.map((message) =>
        message.role === "tool" ? "tool: results" : `${message.role}: ${message.text}`,
      );
    },
  };
}

export const kindsOf = (events: readonly TurnEvent[]): readonly string[] =>
  events.map(({ kind }) => kind);

/** The events of tools, as short lines. */
export const toolLines = (events: readonly TurnEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.kind === "tool-call") return [`call ${event.callId}`];
    if (event.kind !== "tool-result") return [];
    const { result } = event;
    return [`${result.success ? "ok" : result.error_code} ${event.callId}`];
  });
