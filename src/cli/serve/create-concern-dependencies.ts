import { randomUUID } from "node:crypto";

import { createModelProviders, createToolServices } from "#cli/serve/create-providers.ts";
import { createSharedState } from "#cli/serve/create-shared-state.ts";
import { createUserPushes } from "#cli/serve/create-user-pushes.ts";
import type { Foundations } from "#cli/serve/open-foundations.ts";
import { toAssistantParts } from "#concerns/assistant-parts.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { type Assistant, createAssistant } from "#pam/assistant.ts";
import { createProviderFetch } from "#pam/providers/index.ts";
import { createEngines, createRealtimeVoice, createSpeech } from "#pam/speech/index.ts";
import type { Authenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";

export interface ConcernDependenciesOptions {
  readonly config: Config;
  /** Absent statistics: other processes of this service carry sockets as well. */
  readonly foundations: Omit<Foundations, "statistics"> & {
    readonly statistics?: Pick<Foundations["statistics"], "of">;
  };
  readonly authenticator: Authenticator;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** What native sides speak with: OpenAI where there is a key, and what needs none. */
function createVoices({
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: baseUrl,
}: Config): Pick<ConcernDependencies, "speech" | "realtimeVoice"> {
  const openAi = apiKey === undefined ? undefined : { apiKey, baseUrl };
  const engines = createEngines({ openAi, fetch, clock: systemClock, createId: randomUUID });
  return {
    speech: createSpeech({ engines, clock: systemClock }),
    realtimeVoice: openAi && createRealtimeVoice(openAi, fetch),
  };
}

function openAssistant({
  config,
  foundations: { database, redis, flags, metrics },
  lifecycle,
  logger,
}: ConcernDependenciesOptions): Assistant {
  const { fetch } = lifecycle.own("provider connections", createProviderFetch());
  return lifecycle.own(
    "assistant",
    createAssistant({
      providers: createModelProviders(config, fetch),
      models: {
        anthropic: config.ANTHROPIC_MODEL,
        openai: config.OPENAI_MODEL,
        deepseek: config.DEEPSEEK_MODEL,
      },
      database,
      services: createToolServices(config, fetch),
      redis,
      isOneOfSeveral: config.WORKERS > 1,
      flags,
      clock: systemClock,
      scheduler: systemScheduler,
      logger,
      metrics,
    }),
  );
}

/** Builds what all native sides work with: the assistant, and what they remember and count. */
export function createConcernDependencies(options: ConcernDependenciesOptions): {
  readonly assistant: Assistant;
  readonly dependencies: ConcernDependencies;
} {
  const { config, foundations, authenticator, lifecycle, logger } = options;
  const { database, redis, flags, metrics, statistics, origin } = foundations;
  const assistant = openAssistant(options);
  const shared = { redis, metrics, logger };
  return {
    assistant,
    dependencies: {
      clock: systemClock,
      scheduler: systemScheduler,
      logger,
      authenticator,
      database,
      ...toAssistantParts(assistant, flags),
      internalSecret: config.INTERNAL_API_SECRET,
      ...createVoices(config),
      pushes: createUserPushes({ ...shared, config, origin, statistics, lifecycle }),
      ...createSharedState({ ...shared, clock: systemClock }),
      hasAnthropicKey: config.ANTHROPIC_API_KEY !== undefined,
    },
  };
}
