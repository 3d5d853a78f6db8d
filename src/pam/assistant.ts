/*
 * The assistant as a whole: the turn over its models, tools, safety and store, built once for all surfaces. Like the
 * turn it is a place where PAM's rooms meet, and they meet nowhere else.
 */
import { randomUUID } from "node:crypto";

import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import type { Redis } from "#platform/redis/index.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

import { createAgent, type Agent } from "./agent.ts";
import { createAskSecondStage } from "./ask-second-stage.ts";
import { createConversations, type Conversations } from "./conversations/index.ts";
import { createMemoryPlanStore, createRedisPlanStore, type PlanStore } from "./plans/index.ts";
import {
  createBreakers,
  createModelRunner,
  createProviderMetrics,
  routeModel,
  selectModels,
  type ModelProvider,
  type ModelRoute,
  type RouteRequest,
} from "./providers/index.ts";
import { runSafetyStages } from "./safety/middleware.ts";
import { readSafetyProfile, type SafetyProfile } from "./safety/profile.ts";
import { redactPersonalData } from "./safety/redact-personal-data.ts";
import { createSecondStage } from "./safety/second-stage.ts";
import {
  createArchivedStore,
  createConversationArchive,
  createProcessMemory,
  createSelectedStore,
  InMemoryPamInstanceStore,
  RedisPamInstanceStore,
  showStoreHealth,
  usesSharedStore,
  type ArchivedStore,
  type PamInstanceStore,
} from "./store/index.ts";
import { milesBetween, parsePoint } from "./tools/common/geography.ts";
import type { ToolServices } from "./tools/door.ts";
import { createTurnTools } from "./turn-tools.ts";
import { createTurn, type Turn, type TurnDependencies } from "./turn.ts";
import { readContext } from "./turn/read-context.ts";
import {
  createLoadUserContext,
  createPlanOf,
  createPrivacyOf,
  type LoadUserContext,
  type PlanOf,
  createSituations,
  type PrivacyOf,
  type Situations,
} from "./user-context/index.ts";

/** Asks a model about what the checks found clean; off for whom it is not on. */
const SECOND_STAGE_FLAG = "pam.safety.second-stage";

export interface AssistantOptions {
  readonly providers: ReadonlyMap<string, ModelProvider>;
  /** The one model to be asked of a provider, where an operator names it. */
  readonly models?: Readonly<Record<string, string | undefined>>;
  /** Opened by the first tool, or the first turn, that needs it. */
  readonly database: () => Promise<Database>;
  readonly services: Partial<Omit<ToolServices, "database">>;
  /** Absent: users are remembered by this process alone. */
  readonly redis: Redis | undefined;
  /** Other processes answer the same users: whatever the flag says, they are remembered in Redis. Default: alone. */
  readonly isOneOfSeveral?: boolean;
  readonly flags: Pick<Flags, "evaluate">;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the database knows of users. */
export interface UserKnowledge {
  readonly loadUserContext: LoadUserContext;
  readonly tierOf: PlanOf;
  readonly privacyOf: PrivacyOf;
  readonly situations: Situations;
  readonly conversations: Conversations;
}

export interface Assistant extends Closeable {
  readonly turn: Turn;
  readonly agent: Agent;
  readonly store: PamInstanceStore;
  readonly safetyProfileOf: (userId: string) => SafetyProfile;
  readonly hasTool: (name: string, userId: string) => boolean;
  readonly knowledge: UserKnowledge;
}

function createKnowledge(
  options: Pick<AssistantOptions, "database" | "clock" | "scheduler" | "logger">,
  store: ArchivedStore,
): UserKnowledge {
  const { database } = options;
  const privacyOf = createPrivacyOf(options);
  return {
    situations: createSituations(database),
    conversations: createConversations({ database, store }),
    privacyOf,
    tierOf: createPlanOf(options),
    loadUserContext: createLoadUserContext({
      ...options,
      privacyOf,
      readCaller: (client) => readContext(client).caller,
      milesFrom(place, location) {
        const point = parsePoint(location);
        return point && milesBetween(place, point);
      },
    }),
  };
}

function createStore(options: AssistantOptions): ArchivedStore {
  const { redis, flags, database, clock, scheduler, logger, metrics } = options;
  const memory = createProcessMemory({ clock });
  const inMemory = new InMemoryPamInstanceStore({ memory });
  const store =
    redis === undefined
      ? inMemory
      : createSelectedStore({
          inMemory,
          shared: new RedisPamInstanceStore({ redis, logger, memory, scheduler }),
          usesShared: options.isOneOfSeveral === true ? () => true : usesSharedStore(flags),
        });
  showStoreHealth(store, metrics);
  const archive = createConversationArchive(database);
  return createArchivedStore({ store, archive, logger, clock, scheduler });
}

function createPlans({ redis, clock }: AssistantOptions): PlanStore {
  const memory = createMemoryPlanStore(clock);
  return redis === undefined ? memory : createRedisPlanStore({ redis, fallback: memory });
}

export function createAssistant(options: AssistantOptions): Assistant {
  const { providers, models, database, services, flags, clock, scheduler, logger, metrics } =
    options;
  const breakers = createBreakers({ clock });
  const runner = createModelRunner({
    providers,
    breakers,
    onAttempt: createProviderMetrics(metrics, breakers),
    clock,
    scheduler,
  });
  const offered = selectModels(providers.keys(), models);
  const route = (request: RouteRequest): ModelRoute | undefined =>
    routeModel(request, {
      models: offered,
      isHealthy: (target) => breakers.of(target).state !== "open",
    });
  const safetyProfileOf = (userId: string): SafetyProfile =>
    readSafetyProfile(flags, { key: userId });
  const secondStage = createSecondStage({
    ask: createAskSecondStage({ runner, route, redact: redactPersonalData }),
    clock,
  });
  const hasSecondStage = (userId: string): boolean =>
    flags.evaluate(SECOND_STAGE_FLAG, { key: userId }) === "on";
  // A tool works unless its flag says otherwise: the legacy cannot run it for a native turn.
  const hasTool = (name: string, userId: string): boolean =>
    flags.evaluate(`pam.tools.${name}`, { key: userId }) !== "off";
  const store = createStore(options);
  const plans = createPlans(options);
  const parts: TurnDependencies = {
    runner,
    route,
    store,
    tools: createTurnTools({
      ...services,
      clock,
      database,
      isEnabled: hasTool,
      onDefect: (tool, error) => {
        logger.error({ tool, error: toMessage(error) }, "A tool failed");
      },
    }),
    safety: {
      check: async (text, { userId, signal }) =>
        runSafetyStages(text, {
          profile: safetyProfileOf(userId),
          signal,
          ...(hasSecondStage(userId) && { secondStage }),
        }),
      redact: redactPersonalData,
    },
    onDefect: (error) => {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ error: toMessage(error), stack }, "A turn failed");
    },
    clock,
    scheduler,
  };
  return {
    turn: createTurn(parts),
    agent: createAgent({ ...parts, runner, plans, createId: randomUUID }),
    store,
    safetyProfileOf,
    hasTool,
    knowledge: createKnowledge(options, store),
    async close() {
      await plans.close();
      await store.close();
    },
  };
}
