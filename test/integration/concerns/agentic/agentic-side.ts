import { createAssistant, type Assistant } from "#pam/assistant.ts";
import { createProviderFetch, createProviders } from "#pam/providers/index.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import type { Redis } from "#platform/redis/index.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";
import type { FakeProvider } from "#support/fake-providers.ts";
import { FORMATS } from "#support/model-fixture.ts";
import { createCaller, type Call } from "#support/native-caller.ts";
import { startTestListener } from "#support/test-listener.ts";

export const ME = "11111111-1111-4111-8111-111111111111";
export const OTHER = "44444444-4444-4444-8444-444444444444";

export interface AgenticSide extends AsyncDisposable {
  readonly url: URL;
  readonly call: Call;
  readonly assistant: Assistant;
}

export interface AgenticSideOptions {
  readonly database: Database;
  /** Where OpenAI's API is; without it the offline provider answers. */
  readonly ai?: FakeProvider;
  readonly redis?: Redis;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

/** The public listener with planning native, on an assistant of its own and nothing behind it. */
export async function startAgenticSide({
  database,
  ai,
  redis,
  clock = systemClock,
  scheduler = systemScheduler,
}: AgenticSideOptions): Promise<AgenticSide> {
  const connection = createProviderFetch();
  const assistant = createAssistant({
    providers: createProviders(
      ai === undefined ? {} : { openai: { apiKey: "key-of-a-fake", baseUrl: ai.baseUrl } },
      { formats: FORMATS, fetch: connection.fetch, clock },
    ),
    database: async () => database,
    services: {},
    redis,
    flags: { evaluate: (name) => (name === "pam.store.redis" ? "on" : "absent") },
    clock,
    scheduler,
    logger: silentLogger,
    metrics: createMetrics({ version: "0.0.0" }),
  });
  const { agent, turn, store, knowledge } = assistant;
  const listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.agentic": "on" },
    dependencies: { agent, turn, store, ...knowledge, database: async () => database },
  });
  return {
    url: listener.url,
    call: createCaller(listener),
    assistant,
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await assistant.close();
      await connection.close();
    },
  };
}
