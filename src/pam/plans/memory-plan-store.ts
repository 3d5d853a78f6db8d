import type { Clock } from "#platform/clock.ts";

import { decodePlan, type PlanStore } from "./plan-store.ts";
import { PLAN_LIMITS, type Plan } from "./plan.ts";

/** Of all users together; beyond them whoever was idle for longest loses theirs. */
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

interface Held {
  /** As JSON, by id, the oldest first: what is held cannot be changed from outside. */
  readonly plans: ReadonlyMap<string, string>;
  readonly characters: number;
  readonly savedMs: number;
}

export interface MemoryPlanStore extends PlanStore {
  /** Holds this plan no longer. */
  forget(userId: string, planId: string): void;
  /** Hands out what is held, and holds it no longer. */
  takeAll(): readonly Plan[];
}

const NOTHING: Held = { plans: new Map(), characters: 0, savedMs: 0 };

function keepNewest(plans: ReadonlyMap<string, string>, savedMs: number): Held {
  const newest = new Map([...plans].slice(-PLAN_LIMITS.plansPerUser));
  const characters = [...newest.values()].reduce((sum, text) => sum + text.length, 0);
  return { plans: newest, characters, savedMs };
}

/** Keeps plans in this process: they end with it, and other processes do not see them. */
export function createMemoryPlanStore(clock: Pick<Clock, "monotonicMs">): MemoryPlanStore {
  /** In the order of their last save, the longest ago first. */
  const users = new Map<string, Held>();
  let characters = 0;

  function drop(userId: string): void {
    characters -= users.get(userId)?.characters ?? 0;
    users.delete(userId);
  }

  function put(userId: string, held: Held): void {
    users.set(userId, held);
    characters += held.characters;
  }

  function dropExpired(): void {
    const expiredMs = clock.monotonicMs() - PLAN_LIMITS.expiryMs;
    for (const [userId, { savedMs }] of users) {
      if (savedMs > expiredMs && characters <= MAX_CHARACTERS) return;
      drop(userId);
    }
  }

  return {
    async save(plan) {
      const { plans } = users.get(plan.userId) ?? NOTHING;
      drop(plan.userId);
      const held = keepNewest(
        new Map([...plans, [plan.id, JSON.stringify(plan)]]),
        clock.monotonicMs(),
      );
      put(plan.userId, held);
      dropExpired();
    },
    async read(userId, planId) {
      dropExpired();
      const text = users.get(userId)?.plans.get(planId);
      return text === undefined ? undefined : decodePlan(text);
    },
    forget(userId, planId) {
      const held = users.get(userId);
      if (held?.plans.has(planId) !== true) return;
      const plans = new Map(held.plans);
      plans.delete(planId);
      drop(userId);
      put(userId, keepNewest(plans, held.savedMs));
    },
    takeAll() {
      const texts = [...users.values()].flatMap(({ plans }) => [...plans.values()]);
      users.clear();
      characters = 0;
      return texts.flatMap((text) => decodePlan(text) ?? []);
    },
    async close() {},
  };
}
