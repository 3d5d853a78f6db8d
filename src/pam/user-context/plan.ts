import type { Tier } from "#pam/retry-policy.ts";
import type { Database } from "#platform/database/index.ts";

import { createUserFact, type UserFactOptions } from "./user-fact.ts";

/** Whose providers a user gets. Never rejects: whose plan is not known counts as free, as on the legacy. */
export type PlanOf = (userId: string) => Promise<Tier>;

/** The legacy's plans whose users pay, and the one of those who run it. */
const PAID: ReadonlySet<string> = new Set(["monthly", "annual", "admin"]);
const ENDED: ReadonlySet<string> = new Set([
  "canceled",
  "cancelled",
  "expired",
  "unpaid",
  "incomplete_expired",
]);

interface Subscription {
  readonly plan_type: string | null;
  readonly status: string | null;
  readonly subscription_status: string | null;
  readonly subscription_tier: string | null;
}

const isIn = (words: ReadonlySet<string>, word: string | null): boolean =>
  word !== null && words.has(word.toLowerCase());

const toTier = (subscription: Subscription | undefined): Tier => {
  if (subscription === undefined) return "free";
  const { plan_type: plan, subscription_tier: tier, status, subscription_status } = subscription;
  const isEnded = isIn(ENDED, status) || isIn(ENDED, subscription_status);
  return !isEnded && (isIn(PAID, plan) || isIn(PAID, tier)) ? "paid" : "free";
};

async function loadTier(database: Database, userId: string): Promise<Tier> {
  const row = await database
    .selectFrom("user_subscriptions")
    .select(["plan_type", "status", "subscription_status", "subscription_tier"])
    .where("user_id", "=", userId)
    .orderBy("updated_at", (order) => order.desc().nullsLast())
    .limit(1)
    .executeTakeFirst();
  return toTier(row);
}

export const createPlanOf = (options: UserFactOptions): PlanOf =>
  createUserFact({ name: "plan", load: loadTier, otherwise: "free" }, options);
