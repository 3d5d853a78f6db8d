import { createFetchChatCompletions } from "#pam/policy.ts";
import {
  createBreakers,
  createModelRunner,
  createProviderFetch,
  createProviders,
  createTurnBudget,
  ModelCallError,
  type AttemptRecord,
  type Breakers,
  type ModelCall,
  type ModelEvent,
  type ModelProvider,
  type ModelRequest,
  type ModelRunner,
  type ModelTarget,
  type ProviderName,
} from "#pam/providers/index.ts";
import { chatCompletionsFormat, claudeFormat } from "#pam/tools/door.ts";
import { systemClock } from "#platform/clock.ts";
import { startFakeAnthropic, startFakeOpenAi, type FakeProvider } from "#support/fake-providers.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

export const FORMATS = { claude: claudeFormat, chatCompletions: chatCompletionsFormat };

export type FakeName = "anthropic" | "openai";

/** How OpenAI is reached: as in the core, or as at the edge. */
export type Transport = "fetch" | "sdk";

export const TARGETS: Readonly<Record<FakeName, ModelTarget>> = {
  anthropic: { provider: "anthropic", model: "claude-sonnet-4-6" },
  openai: { provider: "openai", model: "gpt-6-sol" },
};

export const REQUEST: ModelRequest = {
  system: ["You are PAM."],
  messages: [{ role: "user", text: "What is the weather?" }],
  tools: [],
  maxOutputTokens: 256,
};

/** What a caller got, in one comparable value. */
export interface Outcome {
  readonly text: string;
  readonly calls: readonly unknown[];
  readonly end: string;
  readonly attempts: readonly string[];
  readonly timeMs: number;
}

export interface ModelFixture extends AsyncDisposable {
  readonly fakes: Readonly<Record<FakeName, FakeProvider>>;
  readonly runner: ModelRunner;
  readonly breakers: Breakers;
  readonly time: ManualTime;
  readonly records: readonly AttemptRecord[];
  call(chain: readonly ModelTarget[], more?: Partial<ModelCall>): ModelCall;
}

const access = ({ baseUrl }: FakeProvider): { apiKey: string; baseUrl: string } => ({
  apiKey: "key-of-a-fake",
  baseUrl,
});

/** One real provider at a fake's address. */
export function createProvider(
  name: ProviderName,
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): ModelProvider {
  const providers = createProviders(
    { [name]: { apiKey: "key-of-a-fake", baseUrl } },
    { formats: FORMATS, fetch, clock: systemClock },
  );
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`There is no ${name}`);
  return provider;
}

/**
 * A runner over both fake providers, real sockets, and the SDKs as the service has them, in time that a test moves: pauses pass at once,
 * and a provider that keeps its client waiting lets the next timer fire.
 */
export async function createModelFixture(transport: Transport = "sdk"): Promise<ModelFixture> {
  const fakes = { anthropic: await startFakeAnthropic(), openai: await startFakeOpenAi() };
  const time = createManualTime();
  const { clock, scheduler } = time;
  for (const fake of Object.values(fakes)) fake.onStall(time.advanceToNext);
  const breakers = createBreakers({ clock });
  const records: AttemptRecord[] = [];
  const connection = createProviderFetch();
  const providers = new Map(
    createProviders(
      { anthropic: access(fakes.anthropic), openai: access(fakes.openai) },
      { formats: FORMATS, fetch: connection.fetch, clock },
    ),
  );
  if (transport === "fetch") {
    const format = FORMATS.chatCompletions;
    const options = { ...access(fakes.openai), name: "openai", format, clock };
    providers.set("openai", createFetchChatCompletions(options));
  }
  const runner = createModelRunner({
    providers,
    breakers,
    clock,
    scheduler,
    onAttempt: (record) => records.push(record),
    random: () => 0.5,
    wait: async (delayMs) => {
      time.advance(delayMs);
    },
  });
  return {
    fakes,
    runner,
    breakers,
    time,
    records,
    call: (chain, more = {}) => ({
      request: REQUEST,
      chain,
      budget: createTurnBudget({ clock }),
      signal: new AbortController().signal,
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await Promise.all(Object.values(fakes).map(async (fake) => fake[Symbol.asyncDispose]()));
    },
  };
}

const toLine = ({ provider, outcome, phase }: AttemptRecord): string =>
  [provider, outcome, phase].filter((word) => word !== undefined).join(" ");

const toEnd = (error: unknown): string => {
  if (!(error instanceof ModelCallError)) throw error;
  return `${error.isPartial ? "broken" : "failed"}: ${error.failure.kind}`;
};

/** Runs a call to its end by way of a stream. `onText` is told of each piece of text. */
export async function streamToEnd(
  { runner, time, records }: ModelFixture,
  call: ModelCall,
  onText: (event: Extract<ModelEvent, { kind: "text-delta" }>) => void = () => {},
): Promise<Outcome> {
  const startMs = time.clock.monotonicMs();
  const events: ModelEvent[] = [];
  let end: string;
  try {
    for await (const event of runner.stream(call)) {
      events.push(event);
      if (event.kind === "text-delta") onText(event);
    }
    end = events.map((event) => (event.kind === "end" ? event.reason : "")).join("");
  } catch (error) {
    end = toEnd(error);
  }
  return {
    text: events.map((event) => (event.kind === "text-delta" ? event.text : "")).join(""),
    calls: events.flatMap((event) => (event.kind === "tool-call" ? [event.call] : [])),
    end,
    attempts: records.map(toLine),
    timeMs: time.clock.monotonicMs() - startMs,
  };
}

/** Runs a call to its end at once. */
export async function completeToEnd(
  { runner, time, records }: ModelFixture,
  call: ModelCall,
): Promise<Outcome> {
  const startMs = time.clock.monotonicMs();
  let got: Pick<Outcome, "text" | "calls" | "end">;
  try {
    const { text, toolCalls, reason } = await runner.complete(call);
    got = { text, calls: toolCalls, end: reason };
  } catch (error) {
    got = { text: "", calls: [], end: toEnd(error) };
  }
  const timeMs = time.clock.monotonicMs() - startMs;
  return { ...got, attempts: records.map(toLine), timeMs };
}
