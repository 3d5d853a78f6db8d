import { planSchema, type Plan } from "./plan.ts";

/**
 * Plans of users, each the user's own: the newest 20, for 24 hours since one of them was last saved. The legacy's
 * database has no table for them, and a plan that is older than a day is better made anew, so it is no database that
 * keeps them. Nothing rejects because a store is away.
 */
export interface PlanStore {
  /** The last one saved wins; executions of one user follow one another. */
  save(plan: Plan): Promise<void>;
  /** `undefined` where this user has no such plan, or not any more. */
  read(userId: string, planId: string): Promise<Plan | undefined>;
  close(): Promise<void>;
}

/** What cannot be read is no plan: another build may have written it. */
export function decodePlan(text: string): Plan | undefined {
  try {
    return planSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
