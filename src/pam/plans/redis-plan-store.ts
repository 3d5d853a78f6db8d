import { z } from "zod";

import type { Redis, RedisScript } from "#platform/redis/index.ts";

import type { MemoryPlanStore } from "./memory-plan-store.ts";
import { decodePlan, type PlanStore } from "./plan-store.ts";
import { PLAN_LIMITS, type Plan } from "./plan.ts";

export interface RedisPlanStoreOptions {
  readonly redis: Redis;
  /** Holds what Redis could not take, and nothing else: whatever it holds is newer. */
  readonly fallback: MemoryPlanStore;
  /** Before every key; default `banyan:`. */
  readonly prefix?: string;
}

/** KEYS plans by id, ids by age. ARGV id, plan, age, most plans, expiry in ms. */
const SAVE_PLAN: RedisScript = {
  name: "save-plan",
  lua: `
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[1])
    local tooMany = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
    if tooMany > 0 then
      for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, tooMany - 1)) do
        redis.call('HDEL', KEYS[1], id)
        redis.call('ZREM', KEYS[2], id)
      end
    end
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    redis.call('PEXPIRE', KEYS[2], ARGV[5])
    return 1`,
};

const replySchema = z.string().nullable();

/** Shared by all processes. What Redis cannot take while it is away, it gets when it is back. */
export function createRedisPlanStore({
  redis,
  fallback,
  prefix = "banyan:",
}: RedisPlanStoreOptions): PlanStore {
  // The braces keep both keys of a user on one node of a cluster.
  const keyOf = (kind: string, userId: string): string => `${prefix}pam:${kind}:{${userId}}`;

  async function send(plan: Plan): Promise<void> {
    const keys = [keyOf("plans", plan.userId), keyOf("plan-ages", plan.userId)];
    const { plansPerUser, expiryMs } = PLAN_LIMITS;
    const args = [plan.id, JSON.stringify(plan), plan.createdAtMs, plansPerUser, expiryMs];
    await redis.run(SAVE_PLAN, keys, args);
  }

  let isCatchingUp = false;
  /** Plans that were saved while older forms of them were under way. */
  const newer = new Set<string>();

  async function save(plan: Plan): Promise<void> {
    if (isCatchingUp) newer.add(plan.id);
    try {
      await send(plan);
      fallback.forget(plan.userId, plan.id);
    } catch {
      await fallback.save(plan);
    }
  }

  async function catchUp(): Promise<void> {
    if (isCatchingUp) return;
    isCatchingUp = true;
    await Promise.all(
      fallback.takeAll().map(async (plan) => {
        try {
          await send(plan);
        } catch {
          if (!newer.has(plan.id)) await fallback.save(plan);
        }
      }),
    );
    isCatchingUp = false;
    newer.clear();
  }

  const stopListening = redis.onReady(() => {
    void catchUp();
  });

  return {
    save,
    async read(userId, planId) {
      const unsaved = await fallback.read(userId, planId);
      if (unsaved !== undefined) return unsaved;
      try {
        const reply = await redis.command("HGET", keyOf("plans", userId), planId);
        const text = replySchema.parse(reply);
        return text === null ? undefined : decodePlan(text);
      } catch {
        return undefined;
      }
    },
    async close() {
      stopListening();
    },
  };
}
