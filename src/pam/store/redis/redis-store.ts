import { z } from "zod";

import type { Logger } from "#platform/logger.ts";
import type { Redis } from "#platform/redis/index.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";

import { EXPIRY_MS } from "../held-instances.ts";
import { decodeMessage, type HistoryMessage } from "../history-message.ts";
import { checkSnapshot, decodeState, type InstanceState } from "../instance-state.ts";
import type {
  AppendResult,
  PamInstance,
  PamInstanceStore,
  StoreHealth,
  TurnLease,
  TurnOptions,
} from "../pam-instance-store.ts";
import { decodePending, type PendingConfirmation } from "../pending-confirmation.ts";
import { createProcessMemory, type ProcessMemory } from "../process-memory.ts";
import { createInstanceWriter, type InstanceWriter } from "./instance-writer.ts";
import { toKeys, type InstanceKeys } from "./keys.ts";
import { createOutage, type Outage } from "./outage.ts";
import { READ_INSTANCE, TAKE_PENDING } from "./scripts.ts";
import { createSharedTurns, type SharedTurn, type SharedTurns } from "./shared-turns.ts";

export interface RedisStoreOptions {
  readonly redis: Redis;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly memory?: ProcessMemory;
  readonly scheduler?: Scheduler;
  /** Before every key; default `banyan:`. */
  readonly prefix?: string;
}

const pendingSchema = z.string().nullable();
const instanceSchema = z.tuple([z.array(z.string()), z.array(z.string())]);

/** What a turn has where Redis cannot tell who else has one. */
const LOCAL_TURN: SharedTurn = {
  fence: 0,
  signal: new AbortController().signal,
  end: async () => {},
};

/**
 * Keeps instances in Redis for all processes. Each change is made in hand first and then saved: while Redis
 * is away turns go on with what this process has, and what was not saved is saved when it is back.
 */
export class RedisPamInstanceStore implements PamInstanceStore {
  readonly #redis: Redis;
  readonly #memory: ProcessMemory;
  readonly #turns: SharedTurns;
  readonly #prefix: string;
  readonly #outage: Outage;
  readonly #writer: InstanceWriter;
  readonly #stopListening: () => void;

  constructor({
    redis,
    logger,
    memory = createProcessMemory(),
    scheduler = systemScheduler,
    prefix = "banyan:",
  }: RedisStoreOptions) {
    this.#redis = redis;
    this.#memory = memory;
    this.#turns = createSharedTurns(redis, scheduler);
    this.#prefix = prefix;
    this.#outage = createOutage(logger);
    this.#writer = createInstanceWriter({
      redis,
      instances: memory.instances,
      keysOf: (userId) => this.#keysOf(userId),
      outage: this.#outage,
    });
    this.#stopListening = redis.onReady(() => {
      this.#outage.end();
      void this.#writer.catchUp();
    });
  }

  async beginTurn({ userId, sessionId }: TurnOptions, signal: AbortSignal): Promise<TurnLease> {
    const endInProcess = await this.#memory.turns.enter(userId, signal);
    try {
      const shared = await this.#beginShared(userId, signal);
      return {
        userId,
        sessionId,
        fence: shared.fence,
        signal: shared.signal,
        async [Symbol.asyncDispose]() {
          await shared.end();
          endInProcess();
        },
      };
    } catch (error) {
      endInProcess();
      throw error;
    }
  }

  async read(userId: string): Promise<PamInstance> {
    const { instances } = this.#memory;
    await this.#writer.save(userId);
    try {
      const { state, history } = this.#keysOf(userId);
      const reply = await this.#redis.run(READ_INSTANCE, [state, history], [EXPIRY_MS]);
      const [fields, texts] = instanceSchema.parse(reply);
      instances.adopt(userId, {
        state: decodeState(fields),
        history: texts.flatMap((text) => decodeMessage(text) ?? []),
      });
      this.#outage.end();
    } catch (error) {
      this.#outage.begin(error);
    }
    return instances.read(userId);
  }

  async update(userId: string, state: InstanceState): Promise<void> {
    checkSnapshot(state.context);
    this.#memory.instances.update(userId, state);
    await this.#writer.save(userId);
  }

  async takePending(userId: string): Promise<PendingConfirmation | undefined> {
    await this.#writer.save(userId);
    if (this.#writer.behind.has(userId)) return this.#memory.instances.takePending(userId);
    try {
      const reply = await this.#redis.run(TAKE_PENDING, [this.#keysOf(userId).state], []);
      const pending = decodePending(pendingSchema.parse(reply));
      // What is in hand is to know of it, too.
      await this.read(userId);
      return pending;
    } catch (error) {
      this.#outage.begin(error);
      return this.#memory.instances.takePending(userId);
    }
  }

  async append(
    { userId, fence }: TurnLease,
    messages: readonly HistoryMessage[],
  ): Promise<AppendResult> {
    const dated = this.#memory.date(messages);
    this.#memory.instances.append(
      userId,
      dated.map((message) => ({ fence, message })),
    );
    const superseded = await this.#writer.save(userId);
    return dated.some(({ id }) => superseded.includes(id)) ? "superseded" : "kept";
  }

  async forget(userId: string): Promise<void> {
    this.#memory.instances.forget(userId);
    await this.#writer.save(userId);
  }

  health(): StoreHealth {
    const { state, problem } = this.#redis.health();
    const found = state === "away" ? problem : this.#outage.problem;
    return {
      isDegraded: found !== undefined,
      unsavedUsers: this.#writer.behind.size,
      problem: found,
    };
  }

  /** The connection stays open: it belongs to whoever opened it. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#writer.settled();
  }

  #keysOf(userId: string): InstanceKeys {
    return toKeys(this.#prefix, userId);
  }

  async #beginShared(userId: string, signal: AbortSignal): Promise<SharedTurn> {
    try {
      return await this.#turns.begin(this.#keysOf(userId), signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#outage.begin(error);
      return LOCAL_TURN;
    }
  }
}
